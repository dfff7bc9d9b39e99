/** A video that counts: plays, reports what was really played, keeps what could not be sent, goes on where it was. */
import { csrfToken } from "@lms/page";
import { tellProgress } from "@lms/progress";

import "./player/player.css";

import { part, showQualities, startControls, type ControlWords } from "./player/controls";
import { Counter } from "./player/counter";
import { LineWatch } from "./player/line";
import { Queue, type Answer, type Report, type Sent } from "./player/queue";
import { attach } from "./player/source";
import { filled, total, united, type Span } from "./player/spans";
import { Status, type StatusWords } from "./player/status";

interface Data {
  asset: string;
  person: string;
  source: string;
  report: string;
  links: string;
  session: string;
  duration: number;
  covered: [number, number][];
  position: number;
  positionAt: number;
  minimum: number;
  maxRate: number;
  words: ControlWords & StatusWords & { broken: string };
}

const REPORT_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const SEND_TIMEOUT_MS = 20_000;

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
    return { ok: false, again: later ? "later" : "never", message: said.message ?? "" };
  } catch {
    return { ok: false, again: "later", message: "" };
  } finally {
    window.clearTimeout(timer);
  }
}

/** Where to go on: what this device remembers, if that is newer than what the server knows. */
function startAt(data: Data, key: string): number {
  let position = data.position;
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as { position: number; at: number } | null;
    if (kept && kept.at > data.positionAt && Number.isFinite(kept.position)) position = kept.position;
  } catch {
    position = data.position;
  }
  return position >= data.duration - 1 ? 0 : Math.max(0, position);
}

function start(box: HTMLElement, data: Data): void {
  const video = part<HTMLVideoElement>(box, "video");
  const panel = part<HTMLElement>(document, "[data-counted]");
  const place = `${data.person}.${data.asset}`;
  const positionKey = `media.position.${place}`;
  const position = startAt(data, positionKey);

  startControls(box, video, data.duration, data.words);
  const source = attach(video, data.source, position, {
    renew: () => newLinks(data.links),
    ready: () => showQualities(box, source.qualities(), data.words.auto, source.choose),
    broken: () => {
      const words = part<HTMLElement>(box, "[data-broken]");
      words.textContent = data.words.broken;
      words.hidden = false;
    },
  });

  const counter = new Counter(video);
  const line = new LineWatch();
  const status = new Status(panel, data.duration, data.minimum, data.words, data.covered, (seconds) => {
    video.currentTime = seconds;
    void video.play().catch(() => undefined);
  });
  let enough = total(united(data.covered)) >= data.minimum * data.duration;
  const queue = new Queue(
    `media.reports.${place}`,
    data.session,
    {
      storage: localStorage,
      send: (report, leaving) => send(data.report, report, leaving),
      wait: (ms, act) => window.setTimeout(act, ms),
      unwait: (id) => window.clearTimeout(id),
    },
    {
      taken: (answer, report) => {
        line.acknowledged(queue.isEmpty);
        counter.stopped = false;
        status.taken(answer.covered, report.position);
        if (answer.flags.includes("too-fast")) status.trouble(data.words.tooFast);
        draw();
        // The page around shows it too: when it is enough, and when one stops to look.
        const now = answer.complete || answer.fraction >= data.minimum;
        if (now !== enough || video.paused) tellProgress();
        enough = now;
      },
      held: () => line.failed(),
      refused: (message) => message && status.trouble(filled(data.words.refused, { message })),
    },
  );

  const draw = () => status.draw(video.currentTime, [...queue.unsent, ...counter.pending] as Span[]);
  let rate = video.playbackRate;
  const report = () => {
    put();
    queue.flush();
  };
  const put = () => {
    const played = counter.take();
    if (!played.length) return;
    queue.add(played, rate, counter.position);
    remember();
  };
  /** Not beyond what the queue has: after a device that died, what it had not put down is played again, not missed. */
  const remember = () => {
    try {
      localStorage.setItem(positionKey, JSON.stringify({ position: counter.position, at: Date.now() }));
    } catch {
      return;
    }
  };

  // What was played before a change of speed was played at the old one.
  video.addEventListener("ratechange", () => {
    report();
    rate = video.playbackRate;
  });
  for (const event of ["pause", "seeked", "ended"]) video.addEventListener(event, report);
  window.addEventListener("online", () => queue.flush());
  part<HTMLButtonElement>(panel, "[data-retry]").addEventListener("click", () => queue.flush());
  window.addEventListener("pagehide", () => {
    put();
    if (video.played.length) remember();
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
    if (now.kind !== "saved") status.line(now);
    draw();
  }, LOOK_EVERY_MS);
  draw();
  queue.flush();
}

async function newLinks(address: string): Promise<string> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { source: string }).source;
}

const box = document.querySelector<HTMLElement>("[data-player]");
const data = document.getElementById("player-data");
if (box && data) start(box, JSON.parse(data.textContent ?? "{}") as Data);
