/** Chat and the line one writes in, which also asks questions; what flies over the picture. */
import { icon } from "@lms/page";

import { toast } from "@lms/tell";

import { clock, filled, part, put } from "../shared/page";
import { startRows } from "../shared/rows";
import { MUTE_MINUTES } from "./desk";
import { button, Lines, make } from "./dom";
import type { Chat } from "./kinds";
import type { Room } from "./room";

const NEAR_END_PX = 80;
const TICK_MS = 500;
/** So often at most is read out what was said: of many lines how many they are. */
const READ_EVERY_MS = 10_000;
const MOST_READ = 2;

export function startChat(room: Room, root: ParentNode): void {
  const list = part<HTMLElement>(root, "[data-chat]");
  const scroll = list.closest<HTMLElement>(".room__scroll") ?? list;
  const empty = part<HTMLElement>(root, '[data-empty="chat"]');
  const lines = new Lines<Chat>(list, (one) => String(one.id), (one) => chatLine(room, one));
  startRows(list, { newest: true });
  startReading(room, part(root, "[data-chat-said]"), () => scroll.offsetParent !== null);
  // On a phone it is the page that moves below the picture.
  const mover = () => (getComputedStyle(scroll).overflowY === "visible" ? document.documentElement : scroll);
  const toEnd = () => scroll.offsetParent !== null && mover().scrollTo(0, mover().scrollHeight);
  let newest = 0;
  room.on(["chat"], () => {
    const { scrollHeight, scrollTop, clientHeight } = mover();
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    empty.hidden = room.chat.size > 0;
    const shown = [...room.chat.values()].sort((a, b) => a.id - b.id);
    lines.show(shown);
    const last = shown.at(-1);
    const isOwn = last !== undefined && last.id > newest && room.ownKeys.has(last.key);
    newest = Math.max(newest, last?.id ?? 0);
    // Whoever has scrolled back is left where they read, until they write themselves.
    if (atEnd || isOwn) toEnd();
  });
  // What was said while another tab was open lies above: whoever comes back wants the newest.
  let isSeen = false;
  new ResizeObserver(() => {
    const was = isSeen;
    isSeen = scroll.offsetParent !== null;
    if (isSeen && !was && room.chat.size) toEnd();
  }).observe(scroll);
}

/** Reads out what others say, to who has the chat in front of them; a busy room is not read line by line. */
function startReading(room: Room, said: HTMLElement, isShown: () => boolean): void {
  let waiting: Chat[] = [];
  let newest = Infinity;
  let timer = 0;
  let readAt = 0;
  const read = () => {
    timer = 0;
    if (!waiting.length) return;
    readAt = Date.now();
    const isFew = waiting.length <= MOST_READ;
    put(said, isFew ? waiting.map((one) => `${one.name} ${one.text}`).join(" · ") : filled(room.word("newLines"), { count: String(waiting.length) }));
    waiting = [];
  };
  room.on(["chat"], () => {
    const ids = [...room.chat.keys()];
    // What was there when one came in is not news.
    if (isShown()) waiting.push(...[...room.chat.values()].filter((one) => one.id > newest && !room.ownKeys.has(one.key)));
    newest = Math.max(0, ...ids);
    if (waiting.length && !timer) timer = window.setTimeout(read, Math.max(TICK_MS, readAt + READ_EVERY_MS - Date.now()));
  });
}

function chatLine(room: Room, one: Chat): HTMLElement {
  const title = one.role === "learner" ? one.name : `${room.word(one.role)} ${one.name}`;
  const line = make("li", { class: one.role === "learner" ? undefined : "is-trainer" }, make("b", {}, title), one.text);
  if (one.is_held) line.append(make("p", { class: "tiny alert-ink" }, room.word("filtered")));
  const acts = make("details", { class: "menu" }, make("summary", { class: "btn btn--icon", "aria-label": filled(room.word("lineMenu"), { name: one.name }) }, icon("more", "s")));
  const inside = make("div", { class: "menu__body" });
  const close = (run: () => void) => () => {
    acts.open = false;
    run();
  };
  if (!room.ownKeys.has(one.key) && one.role === "learner") {
    inside.append(button(room.word("report"), close(() => void room.ask("chat.report", { message: one.id }).then((done) => done && toast(room.word("reported"))))));
  }
  if (room.isStaff) {
    inside.append(button(room.word("remove"), close(() => void room.ask("chat.remove", { message: one.id }))));
    if (one.role === "learner") {
      const mute = (minutes: number) => close(() => void room.ask("chat.mute", { message: one.id, minutes }));
      inside.append(button(room.word("muteFor"), mute(MUTE_MINUTES)), button(room.word("mute"), mute(0)));
    }
  }
  if (inside.childElementCount) {
    acts.append(inside);
    line.append(acts);
  }
  return line;
}

type Mode = "qa" | "chat";

export function startComposer(room: Room, root: ParentNode): void {
  const form = part<HTMLFormElement>(root, "[data-composer]");
  const field = part<HTMLInputElement>(form, "input");
  const label = part<HTMLElement>(form, "[data-composer-label]");
  const send = part<HTMLButtonElement>(form, "[type=submit]");
  const hint = part<HTMLElement>(root, "[data-composer-hint]");
  const left = part<HTMLElement>(root, "[data-composer-left]");
  let mode: Mode = "qa";
  /** Why the last line was not taken; gone as soon as it is changed. */
  let refusal = "";
  let saidMs = 0;
  const show = () => {
    const words = room.word(mode === "qa" ? "askHere" : "sayHere");
    label.textContent = words;
    field.placeholder = words;
    field.disabled = room.muted;
    send.disabled = room.muted;
    hint.classList.toggle("alert-ink", Boolean(refusal) && !room.muted);
    put(hint, hintWords());
    tick();
  };
  const hintWords = () => {
    if (room.muted) return room.word("mutedHint");
    if (room.line !== "open") return room.lineWords || room.word(room.line);
    if (refusal) return refusal;
    if (isSlow()) return filled(room.word("slowHint"), { seconds: String(room.settings.slow_s) });
    return mode === "qa" && room.settings.approve_first && !room.isStaff ? room.word("gateHint") : "";
  };
  const isSlow = () => mode === "chat" && room.settings.slow_s > 0 && !room.isStaff;
  /** What is left of a mute or of the wait of slow mode, in seconds. Beside what is read out: nobody hears every second. */
  const tick = () => {
    const until = room.mutedUntil ?? (isSlow() && !room.muted ? saidMs + room.settings.slow_s * 1000 : 0);
    const leftS = Math.ceil((until - room.now()) / 1000);
    left.textContent = leftS > 0 ? filled(room.word("leftToWait"), { time: clock(leftS) }) : "";
    if (field.disabled !== room.muted) show();
  };
  window.setInterval(tick, TICK_MS);
  field.addEventListener("input", () => {
    if (!refusal) return;
    refusal = "";
    show();
  });
  const tabs = root.querySelector("[role=tablist]");
  const follow = () => {
    const chosen = tabs?.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset["mode"];
    form.hidden = chosen === "none";
    mode = !tabs || chosen === "chat" ? "chat" : "qa";
    refusal = "";
    show();
  };
  if (tabs) new MutationObserver(follow).observe(tabs, { subtree: true, attributeFilter: ["aria-selected"] });
  room.on(["muted", "settings", "line"], show);
  // Nobody is left who would answer.
  room.on(["over"], () => form.remove());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || send.getAttribute("aria-busy")) return;
    send.setAttribute("aria-busy", "true");
    const isChat = mode === "chat";
    // What is refused is told where it was written: the head of the page is far away on a phone.
    const refused = (message: string) => (refusal = message);
    void room.ask(isChat ? "chat.say" : "qa.ask", { key: room.key(), text }, { refused }).then((done) => {
      send.removeAttribute("aria-busy");
      if (done && isChat) saidMs = room.now();
      show();
      // What was refused stays to be changed; what was typed meanwhile, too.
      if (done && field.value.trim() === text) field.value = "";
    });
  });
  follow();
}
