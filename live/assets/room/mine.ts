/** How one stands: minutes counted, what is still needed, the presence line; as the server settles it, at the end to the second. */
import { clock, filled, part } from "../shared/page";
import { drawn, make } from "./dom";
import type { Standing } from "./kinds";
import { timeOf } from "./questions";
import type { Room } from "./room";

const ASK_EVERY_MS = 60_000;
const SHOW_EVERY_MS = 1000;
const ASK_SOON_MS = 500;
/** A database that is away is asked again after so long. */
const ASK_BUSY_MS = 8000;
/** What is asked of all is asked of thousands in the same moment. */
const SPREAD_MS = 15_000;
/** The last signs of life are in the database by then. */
const ASK_LAST_MS = 6000;
const SPREAD_LAST_MS = 4000;
const WIDE = 1000;
const LEAST_AWAY_S = 60;

type Sign = "ok" | "miss" | "ask";
type Line = NonNullable<Standing["line"]>;

export function startMine(room: Room, root: ParentNode): void {
  const box = root.querySelector<HTMLElement>("[data-mine]");
  if (!box) return;
  const saved = part<HTMLElement>(box, "[data-mine-saved]");
  const ask = () => room.tell("mine");
  const show = () => room.standing && showStanding(room, box, room.standing);
  let isLast = false;
  let isFinal = false;
  /** Whether the server gets signs of life written: it says so as soon as it does not, and when it does again. */
  let isKept = true;
  /** Whether it could not even say how one stands. */
  let isBusy = false;
  let again = 0;
  const here = () => (isKept && !isBusy ? "mineHere" : "mineLater");
  const says = () => {
    const key = isFinal ? "mineOver" : room.line !== "open" ? "mineLost" : room.isOver ? "mineEnding" : here();
    if (saved.textContent !== room.word(key)) saved.textContent = room.word(key);
  };
  room.on(["mine"], () => {
    isFinal = isLast;
    isBusy = false;
    says();
    show();
  });
  // The server keeps what it cannot write, and is the only one who knows.
  room.hear("keeping", ({ up }) => {
    isKept = Boolean(up);
    says();
  });
  room.hear("no", ({ code }) => {
    if (code !== "busy") return;
    isBusy = true;
    says();
    window.clearTimeout(again);
    again = window.setTimeout(ask, ASK_BUSY_MS * (1 + Math.random()));
  });
  room.on(["line"], () => {
    // Another process may have the page now; one that does not keep up says so at once.
    if (room.line === "open") isKept = true;
    says();
    if (room.line === "open") ask();
  });
  // Who has answered wants to see it count.
  let answered = room.answers.size;
  let timer = 0;
  room.on(["prompts"], () => {
    const isMine = room.answers.size > answered;
    answered = room.answers.size;
    if (timer && !isMine) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => ((timer = 0), ask()), isMine ? ASK_SOON_MS : Math.random() * SPREAD_MS);
  });
  room.on(["over"], () => {
    says();
    const askLast = () => {
      isLast = true;
      ask();
    };
    window.setTimeout(askLast, ASK_LAST_MS + Math.random() * SPREAD_LAST_MS);
  });
  // The post moves on, a sign-in runs out.
  window.setInterval(show, SHOW_EVERY_MS);
  window.setInterval(ask, ASK_EVERY_MS * (0.9 + Math.random() * 0.2));
}

function showStanding(room: Room, box: HTMLElement, now: Standing): void {
  const minutes = part<HTMLElement>(box, "[data-mine-minutes]");
  const needed = part<HTMLElement>(box, "[data-mine-needed]");
  minutes.textContent = now.over ? clock(now.attended_s) : String(Math.floor(now.attended_s / 60));
  needed.textContent = now.over
    ? filled(room.word("mineCame"), { needed: clock(now.needed_s) })
    : filled(room.word("mineNeeded"), { minutes: String(Math.ceil(now.needed_s / 60)) });
  const asks = now.asked
    ? filled(room.word("mineSignins"), { asked: String(now.asked), answered: String(now.answered), needed: String(now.answers_needed) })
    : room.word("mineNoSignins");
  const signs = now.line?.pins.map(([, until, isAnswered]) => signOf(room, now, until, isAnswered)) ?? [];
  const isShort = now.answered < now.answers_needed && !signs.includes("ask");
  part<HTMLElement>(box, "[data-mine-signins]").textContent = isShort ? `${asks} · ${room.word("mineShort")}` : asks;
  const picture = part<SVGSVGElement>(box, "[data-mine-line]");
  picture.setAttribute("aria-label", `${minutes.textContent} ${needed.textContent}, ${asks}`);
  if (!now.line) return;
  const { began_ms, length_s } = now.line;
  part<HTMLElement>(box, "[data-mine-from]").textContent = timeOf(began_ms);
  part<HTMLElement>(box, "[data-mine-to]").textContent = timeOf(began_ms + length_s * 1000);
  const away = awayS(now.line);
  part<HTMLElement>(box, "[data-mine-away]").textContent =
    away >= LEAST_AWAY_S ? filled(room.word("mineAway"), { minutes: String(Math.floor(away / 60)) }) : "";
  drawLine(picture, now.line, signs, now.over ? null : (room.now() - began_ms) / 1000);
  const shown: [string, string, boolean][] = [
    ["key key--on", "minePresent", true],
    ["pinkey pinkey--ok", "mineAnswered", signs.includes("ok")],
    ["pinkey pinkey--ask", "mineAsking", signs.includes("ask")],
    ["pinkey pinkey--miss", "mineMissed", signs.includes("miss")],
  ];
  const keys = shown.filter(([, , isShown]) => isShown).map(([look, word]) => make("span", {}, make("span", { class: look }), room.word(word)));
  part<HTMLElement>(box, "[data-mine-legend]").replaceChildren(...keys);
}

function signOf(room: Room, now: Standing, until: number, isAnswered: boolean): Sign {
  if (isAnswered) return "ok";
  return now.line && room.now() < now.line.began_ms + until * 1000 ? "ask" : "miss";
}

/** What lies between coming and the moment of the figures, and was not attended. */
function awayS({ here, now_s }: Line): number {
  const came = here[0]?.[0];
  return came === undefined ? 0 : here.reduce((left, [from, to]) => left - (Math.min(to, now_s) - from), now_s - came);
}

/** When one was there, a pin for each sign-in, a post for now. */
function drawLine(picture: SVGSVGElement, line: Line, signs: Sign[], post: number | null): void {
  const at = (seconds: number) => (WIDE * Math.min(seconds, line.length_s)) / Math.max(1, line.length_s);
  const upright = (look: string, seconds: number, from: number, to: number) =>
    drawn("line", { class: look, x1: at(seconds), x2: at(seconds), y1: from, y2: to, "vector-effect": "non-scaling-stroke" });
  picture.replaceChildren(
    drawn("rect", { class: "track", y: 13, width: WIDE, height: 10 }),
    ...line.here.map(([from, to]) => drawn("rect", { class: "in", x: at(from), y: 13, width: at(to) - at(from), height: 10 })),
    ...line.pins.map(([from], place) => upright(`pinl pinl--${signs[place] ?? "ask"}`, from, 5, 28)),
    ...(post === null ? [] : [upright("post", post, 9, 27)]),
  );
}
