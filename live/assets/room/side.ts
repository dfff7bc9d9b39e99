/** The smaller panels: files handed out, the countdown, how one stands, whether the line is there. */
import { icon } from "@lms/page";

import { clock, filled, part } from "../shared/page";
import { drawn, Lines, make } from "./dom";
import type { HandedFile, Standing } from "./kinds";
import { timeOf } from "./questions";
import type { Room } from "./room";

const ASK_MINE_MS = 60_000;
const SPREAD_MS = 15_000;
const TICK_MS = 250;
/** A countdown that has run out is said for so long. */
const OVER_MS = 10_000;

export function startFiles(room: Room, root: ParentNode): void {
  const list = part<HTMLElement>(root, "[data-files]");
  const count = part<HTMLElement>(root, '[data-count="files"]');
  const empty = part<HTMLElement>(root, '[data-empty="files"]');
  const lines = new Lines<HandedFile>(list, (one) => one.id, (one) => make("li", { class: "item" }, ...fileWords(room, one), download(room, one)));
  room.on(["files"], () => {
    count.textContent = room.files.size ? ` ${room.files.size}` : "";
    empty.hidden = room.files.size > 0;
    lines.show([...room.files.values()]);
  });
}

export function fileWords(room: Room, one: HandedFile): HTMLElement[] {
  return [
    make("span", { class: "glyph glyph--plain" }, icon("file")),
    make(
      "span",
      { class: "grow" },
      make("span", { class: "item__t" }, one.name),
      make("span", { class: "item__s" }, `${room.word(`file-${one.kind}`)} · ${sizeOf(one.size)}`),
    ),
  ];
}

function download(room: Room, one: HandedFile): HTMLElement {
  const href = room.panel.file.replace("00000000-0000-0000-0000-000000000000", one.id);
  const label = filled(room.word("download"), { name: one.name });
  return make("a", { class: "btn btn--icon", href, download: one.name, "aria-label": label }, icon("download"));
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

export function startCountdown(room: Room, root: ParentNode): void {
  const box = part<HTMLElement>(root, "[data-room-countdown]");
  const left = part<HTMLElement>(box, "[data-countdown-left]");
  const words = part<HTMLElement>(box, "[data-countdown-words]");
  const show = () => {
    const until = room.countdown.until;
    const ms = until === null ? -OVER_MS : until - room.now();
    box.hidden = ms <= -OVER_MS;
    if (box.hidden) return;
    left.textContent = ms > 0 ? clock(Math.ceil(ms / 1000)) : room.word("countdownOver");
    const said = room.countdown.words || room.word("countdown");
    if (words.textContent !== said) words.textContent = said;
  };
  room.on(["countdown"], show);
  window.setInterval(show, TICK_MS);
}

/** When one was there, a pin for each sign-in, a post for now. */
function drawLine(svg: SVGSVGElement, line: NonNullable<Standing["line"]>): void {
  const at = (seconds: number) => (1000 * seconds) / Math.max(1, line.length_s);
  const upright = (kind: string, seconds: number, from: number, to: number) =>
    drawn("line", { class: kind, x1: at(seconds), x2: at(seconds), y1: from, y2: to, "vector-effect": "non-scaling-stroke" });
  const stateOf = (until: number, answered: boolean) => (answered ? "ok" : until > line.now_s ? "ask" : "miss");
  svg.replaceChildren(
    drawn("rect", { class: "track", y: 13, width: 1000, height: 10 }),
    ...line.here.map(([from, to]) => drawn("rect", { class: "in", x: at(from), y: 13, width: at(to - from), height: 10 })),
    ...line.pins.map(([from, until, answered]) => upright(`pinl pinl--${stateOf(until, answered)}`, from, 5, 28)),
    upright("post", line.now_s, 9, 27),
  );
}

export function startMine(room: Room, root: ParentNode): void {
  const box = root.querySelector<HTMLElement>("[data-mine]");
  if (!box) return;
  const minutes = part<HTMLElement>(box, "[data-mine-minutes]");
  const needed = part<HTMLElement>(box, "[data-mine-needed]");
  const signins = part<HTMLElement>(box, "[data-mine-signins]");
  const saved = part<HTMLElement>(box, "[data-mine-saved]");
  const line = part<SVGSVGElement>(box, "[data-mine-line]");
  const ends = [part<HTMLElement>(box, "[data-mine-from]"), part<HTMLElement>(box, "[data-mine-to]")] as const;
  const ask = () => room.tell("mine");
  room.hear("mine", (message) => {
    const now = message as unknown as Standing;
    minutes.textContent = String(Math.floor(now.attended_s / 60));
    needed.textContent = filled(room.word("mineNeeded"), { minutes: String(Math.ceil(now.needed_s / 60)) });
    signins.textContent = now.asked
      ? filled(room.word("mineSignins"), {
          asked: String(now.asked),
          answered: String(now.answered),
          needed: String(now.answers_needed),
        })
      : room.word("mineNoSignins");
    line.setAttribute("aria-label", `${minutes.textContent} ${needed.textContent}`);
    if (!now.line) return;
    drawLine(line, now.line);
    ends[0].textContent = timeOf(now.line.began_ms);
    ends[1].textContent = timeOf(now.line.began_ms + now.line.length_s * 1000);
  });
  room.on(["line"], () => {
    saved.textContent = room.word(room.line === "open" ? "mineHere" : "mineLost");
    if (room.line === "open") ask();
  });
  // What is asked of all is asked of thousands in the same moment; who has answered wants to see it count.
  let answered = room.answers.size;
  let timer = 0;
  room.on(["prompts"], () => {
    const isMine = room.answers.size > answered;
    answered = room.answers.size;
    if (timer && !isMine) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ((timer = 0), ask()), isMine ? 500 : Math.random() * SPREAD_MS);
  });
  window.setInterval(ask, ASK_MINE_MS * (0.9 + Math.random() * 0.2));
}
