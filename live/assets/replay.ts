/** Beside a replay: counts what is watched as a video's player does, and moves chapters and what was said with it. */
import { csrfToken } from "@lms/page";
import { tellProgress } from "@lms/progress";

import { Counter } from "../../media/assets/player/counter";
import { LineWatch } from "../../media/assets/player/line";
import { Queue, type Answer, type Report, type Sent } from "../../media/assets/player/queue";
import { part, filled } from "./shared/page";

interface Data {
  lesson: string;
  person: string;
  report: string;
  session: string;
  /** Where in the recording the replay begins, in seconds: reports are in the recording's time. */
  begins: number;
  needed: number;
  words: { counted: string; done: string; offline: string; stopped: string; refused: string };
}

const REPORT_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 500;

async function send(address: string, report: Report, leaving: boolean): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      keepalive: leaving,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(report),
    });
  } catch {
    return { ok: false, again: "later", message: "" };
  }
  if (response.ok) return { ok: true, answer: (await response.json()) as Answer };
  const said = (await response.json().catch(() => ({}))) as { message?: string };
  const later = response.status >= 500 || response.status === 429 || response.status === 401;
  return { ok: false, again: later ? "later" : "never", message: said.message ?? "" };
}

function count(side: HTMLElement, video: HTMLVideoElement, data: Data): void {
  const counter = new Counter(video);
  const line = new LineWatch();
  const counted = part<HTMLElement>(side, "[data-counted]");
  const trouble = part<HTMLElement>(side, "[data-trouble]");
  const say = (words: string) => {
    trouble.hidden = !words;
    if (trouble.textContent !== words) trouble.textContent = words;
  };
  const queue = new Queue(
    `live.reports.${data.lesson}.${data.person}`,
    data.session,
    {
      storage: localStorage,
      send: (report, leaving) => send(data.report, report, leaving),
      wait: (ms, act) => window.setTimeout(act, ms),
      unwait: (id) => window.clearTimeout(id),
    },
    {
      taken: (answer) => {
        line.acknowledged(queue.isEmpty);
        counter.stopped = false;
        say("");
        const share = String(Math.floor(answer.fraction * 100));
        const needed = String(Math.floor(data.needed * 100));
        counted.textContent = filled(answer.complete ? data.words.done : data.words.counted, { share, needed });
        if (answer.complete) tellProgress();
      },
      held: () => line.failed(),
      refused: (message) => message && say(filled(data.words.refused, { message })),
    },
  );
  let rate = video.playbackRate;
  const put = () => {
    const played = counter.take();
    if (!played.length) return;
    const moved = played.map(([from, to]): [number, number] => [from + data.begins, to + data.begins]);
    queue.add(moved, rate, counter.position + data.begins);
  };
  const report = () => {
    put();
    queue.flush();
  };
  video.addEventListener("ratechange", () => {
    report();
    rate = video.playbackRate;
  });
  for (const event of ["pause", "seeked", "ended"]) video.addEventListener(event, report);
  window.addEventListener("online", () => queue.flush());
  window.addEventListener("pagehide", () => {
    put();
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
    if (now.kind === "stopped") say(data.words.stopped);
    else if (now.kind === "offline" && now.seconds >= 5) say(filled(data.words.offline, { seconds: String(now.seconds) }));
  }, LOOK_EVERY_MS);
  queue.flush();
}

/** Marks, in each list, the last line that the picture has come to, and keeps it in sight within its list. */
function follow(side: HTMLElement, video: HTMLVideoElement): void {
  const lists = [...side.querySelectorAll<HTMLElement>(".intime")].map((list) => ({
    list,
    lines: [...list.querySelectorAll<HTMLElement>("[data-at]")],
    now: -1,
  }));
  side.addEventListener("click", (event) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (!line) return;
    video.currentTime = Number(line.dataset["at"]);
    void video.play().catch(() => undefined);
  });
  video.addEventListener("timeupdate", () => {
    for (const one of lists) {
      let now = -1;
      while (Number(one.lines[now + 1]?.dataset["at"] ?? Infinity) <= video.currentTime + 0.2) now += 1;
      if (now === one.now) continue;
      one.lines[one.now]?.removeAttribute("aria-current");
      one.now = now;
      const line = one.lines[now];
      if (!line) continue;
      line.setAttribute("aria-current", "true");
      if (!one.list.contains(document.activeElement)) one.list.scrollTop = line.offsetTop - one.list.offsetTop;
    }
  });
}

const side = document.querySelector<HTMLElement>("[data-replay-side]");
const video = document.querySelector<HTMLVideoElement>("[data-watch] video");
const data = document.getElementById("replay-data");
if (side && video && data) {
  count(side, video, JSON.parse(data.textContent ?? "{}") as Data);
  follow(side, video);
}
