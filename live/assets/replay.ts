/** Beside a replay: counts what is watched as a video's player does, and moves chapters and what was said with it. */
import { tellProgress } from "@lms/progress";

import { startCounting } from "../../media/assets/player/counting";
import type { Answer } from "../../media/assets/player/queue";
import { part, filled } from "./shared/page";
import { startRows } from "./shared/rows";

interface Data {
  lesson: string;
  person: string;
  report: string;
  session: string;
  /** Where in the recording the replay begins, in seconds: reports are in the recording's time. */
  begins: number;
  needed: number;
  words: { counted: string; done: string; offline: string; stopped: string; refused: string; found: string };
}

/** What the server answers here beside what a video's player asks for. */
interface Counted extends Answer {
  /** What counts of the lesson, live and replay together, in its seconds. */
  counted: [number, number][];
}

function draw(bar: SVGSVGElement, stretches: [number, number][]): void {
  const rects = stretches.map(([from, to]) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const at = { class: "cov", x: String(from), width: String(to - from), height: "12" };
    for (const [name, value] of Object.entries(at)) rect.setAttribute(name, value);
    return rect;
  });
  bar.replaceChildren(...rects);
}

function count(side: HTMLElement, video: HTMLVideoElement, data: Data): void {
  const counted = part<HTMLElement>(side, "[data-counted]");
  const bar = part<SVGSVGElement>(side, ".watched svg");
  const trouble = part<HTMLElement>(side, "[data-trouble]");
  const say = (words: string) => {
    trouble.hidden = !words;
    if (trouble.textContent !== words) trouble.textContent = words;
  };
  const place = `live.reports.${data.lesson}.${data.person}`;
  const counting = startCounting(video, { ...data, place }, {
    taken: (answer) => {
      say("");
      draw(bar, (answer as Counted).counted);
      const share = String(Math.floor(answer.fraction * 100));
      const needed = String(Math.floor(data.needed * 100));
      counted.textContent = filled(answer.complete ? data.words.done : data.words.counted, { share, needed });
      if (answer.complete) tellProgress();
    },
    refused: (message) => say(filled(data.words.refused, { message })),
    look: (line) => {
      if (line.kind === "stopped") say(data.words.stopped);
      else if (line.kind === "offline" && line.seconds >= 5) say(filled(data.words.offline, { seconds: String(line.seconds) }));
    },
  });
  counting.flush();
}

/** Marks, in each list, the last line that the picture has come to, and keeps it in sight within its list. */
function follow(side: HTMLElement, video: HTMLVideoElement): void {
  const lists = [...side.querySelectorAll<HTMLElement>(".intime")].map((list) => {
    startRows(list);
    return { list, lines: [...list.querySelectorAll<HTMLElement>("[data-at]")], now: -1 };
  });
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

/** Of many chapters, those whose words hold what is typed. */
function find(side: HTMLElement, words: string): void {
  const field = side.querySelector<HTMLInputElement>("[data-find]");
  if (!field) return;
  const found = part<HTMLElement>(side, "[data-found]");
  const lines = [...(field.closest("section")?.querySelectorAll<HTMLElement>(".intime > li") ?? [])];
  const look = () => {
    const wanted = field.value.trim().toLowerCase();
    for (const one of lines) one.hidden = !one.textContent?.toLowerCase().includes(wanted);
    const count = String(lines.filter((one) => !one.hidden).length);
    found.textContent = wanted ? filled(words, { count }) : "";
  };
  field.addEventListener("input", look);
  look();
}

const side = document.querySelector<HTMLElement>("[data-replay-side]");
const video = document.querySelector<HTMLVideoElement>("[data-watch] video");
const data = document.getElementById("replay-data");
if (side && video && data) {
  const told = JSON.parse(data.textContent ?? "{}") as Data;
  count(side, video, told);
  find(side, told.words.found);
  follow(side, video);
}
