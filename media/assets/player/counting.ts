/**
 * Counting what is watched: what each page with a film that counts does, a video's as a replay's. What was really played
 * is put down, sent, kept while it cannot be sent, and is no longer counted once it has waited too long.
 */
import { csrfToken } from "@lms/page";

import { Counter } from "./counter";
import { LineWatch } from "./line";
import { Queue, type Answer, type Report, type Sent } from "./queue";
import type { Span } from "./spans";
import type { Line } from "./status";

export interface CountingData {
  /** Names person and film in the device's storage. */
  place: string;
  session: string;
  /** Where reports go. */
  report: string;
  /** Seconds of the film before the first that the player shows: reports are in the film's time. */
  begins: number;
}

export interface CountingHooks {
  taken: (answer: Answer, report: Report) => void;
  /** A report that the server will not take, or not yet; in its words. */
  refused: (message: string) => void;
  /** Every second: whether what is played can still count. */
  look: (line: Line) => void;
  /** What was played has been put down as far as here. */
  put?: (position: number) => void;
}

export interface Counting {
  /** Send what is there. */
  flush: () => void;
  /** Stretches that the server has not acknowledged. */
  unsent: () => Span[];
}

const REPORT_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const SEND_TIMEOUT_MS = 20_000;
/** A report that is not answered by then is said not to be saved yet; its answer may still come. */
const SLOW_MS = 4000;

export function startCounting(video: HTMLVideoElement, data: CountingData, hooks: CountingHooks): Counting {
  const counter = new Counter(video);
  const line = new LineWatch();
  const queue = new Queue(
    data.place,
    data.session,
    {
      storage: localStorage,
      send: (report, leaving) => {
        const slow = window.setTimeout(() => line.failed(), SLOW_MS);
        return send(data.report, report, leaving).finally(() => window.clearTimeout(slow));
      },
      wait: (ms, act) => window.setTimeout(act, ms),
      unwait: (id) => window.clearTimeout(id),
    },
    {
      taken: (answer, report) => {
        line.acknowledged(queue.isEmpty);
        counter.stopped = false;
        hooks.taken(answer, report);
      },
      held: () => line.failed(),
      refused: (message) => message && hooks.refused(message),
    },
  );
  const moved = ([from, to]: Span): Span => [from + data.begins, to + data.begins];
  let rate = video.playbackRate;
  const put = () => {
    const played = counter.take();
    if (!played.length) return;
    queue.add(played.map(moved), rate, counter.position + data.begins);
    hooks.put?.(counter.position);
  };
  const report = () => {
    put();
    queue.flush();
  };
  // What was played before a change of speed was played at the old one.
  video.addEventListener("ratechange", () => {
    report();
    rate = video.playbackRate;
  });
  for (const event of ["pause", "seeked", "ended"]) video.addEventListener(event, report);
  window.addEventListener("online", () => queue.flush());
  window.addEventListener("pagehide", () => {
    put();
    if (video.played.length) hooks.put?.(counter.position);
    queue.leave();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && report());
  window.setInterval(report, REPORT_EVERY_MS);
  window.setInterval(() => {
    if (counter.pending.length) line.played();
    const now = line.look(video.currentTime);
    if (now.kind === "stopped" && !counter.stopped) {
      report();
      counter.stopped = true;
    }
    if (counter.stopped) counter.drop();
    hooks.look(now);
  }, LOOK_EVERY_MS);
  return { flush: () => queue.flush(), unsent: () => [...queue.unsent, ...counter.pending.map(moved)] };
}

async function send(address: string, report: Report, leaving: boolean): Promise<Sent> {
  const late = new AbortController();
  const timer = window.setTimeout(() => late.abort(), SEND_TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(report),
      keepalive: leaving,
      signal: late.signal,
    });
    if (response.ok) return { ok: true, answer: (await response.json()) as Answer };
    const said = (await response.json().catch(() => ({}))) as { message?: string };
    // Signed out, too many, or the server in trouble: the report is still good, later.
    const later = response.status >= 500 || [401, 403, 408, 429].includes(response.status);
    // In trouble it says that nothing was changed; what is kept here is not lost.
    const message = response.status >= 500 ? "" : (said.message ?? "");
    return { ok: false, again: later ? "later" : "never", message };
  } catch {
    return { ok: false, again: "later", message: "" };
  } finally {
    window.clearTimeout(timer);
  }
}
