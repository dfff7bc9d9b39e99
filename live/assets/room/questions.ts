/** Questions: wanted by others, answered live or in writing; and one's own raised hand. */
import { icon } from "@lms/page";
import { toast } from "@lms/tell";

import { clock, filled, part } from "../shared/page";
import { startRows } from "../shared/rows";
import { Lines, make } from "./dom";
import type { Question } from "./kinds";
import type { Room } from "./room";

const ORDER = { now: 0, open: 1, waiting: 2, answered: 3, merged: 4, declined: 5 };

/** Being answered first, then the most wanted. */
export function inOrder(questions: Iterable<Question>): Question[] {
  return [...questions].sort((a, b) => ORDER[a.state] - ORDER[b.state] || b.votes - a.votes || a.id - b.id);
}

export function startQuestions(room: Room, root: ParentNode): void {
  const list = part<HTMLElement>(root, "[data-questions]");
  startRows(list);
  const count = part<HTMLElement>(root, '[data-count="questions"]');
  const empty = part<HTMLElement>(root, '[data-empty="questions"]');
  const lines = new Lines<Question & { voted: boolean }>(
    list,
    (one) => String(one.id),
    (one) => questionLine(room, one),
  );
  room.on(["questions"], () => {
    const shown = inOrder(room.questions.values()).filter(
      (one) => one.state in { now: 1, open: 1, answered: 1 } || room.ownKeys.has(one.key),
    );
    const open = shown.filter((one) => one.state === "now" || one.state === "open").length;
    count.textContent = open ? ` ${open}` : "";
    empty.hidden = shown.length > 0;
    lines.show(shown.map((one) => ({ ...one, voted: room.votes.has(one.id) })));
  });
}

function questionLine(room: Room, one: Question & { voted: boolean }): HTMLElement {
  const mayVote = one.state === "open" || one.state === "now";
  const vote = make(
    "button",
    {
      type: "button",
      class: "vote",
      "aria-pressed": String(one.voted),
      "aria-label": filled(room.word("vote"), { count: String(one.votes) }),
      disabled: !mayVote,
    },
    icon("up", "s"),
    String(one.votes),
  );
  vote.addEventListener("click", () => {
    if (!room.votes.has(one.id)) void room.ask("qa.vote", { question: one.id });
  });
  const meta = make("p", { class: "meta" }, make("span", {}, one.name), make("span", {}, filled(room.word("askedAt"), { time: timeOf(one.at) })));
  const said = stateWords(room, one);
  if (said) meta.append(make("span", { class: one.state === "now" ? "accent-ink strong" : "soft" }, said));
  if (room.ownKeys.has(one.key)) meta.append(make("span", { class: "accent-ink strong" }, room.word("mineAsked")));
  const words = make("div", {}, make("p", {}, one.text), meta);
  if (one.answer) words.append(make("p", { class: "qa__answer" }, one.answer));
  return make("li", {}, vote, words);
}

export function stateWords(room: Room, one: Question): string {
  if (one.state === "answered" && one.media_s !== null) {
    return filled(room.word("answeredAt"), { time: clock(one.media_s) });
  }
  const into = one.into === null ? undefined : room.questions.get(one.into);
  if (into) return filled(room.word("mergedInto"), { text: into.text });
  return one.state === "open" ? "" : room.word(`q-${one.state}`);
}

/** 19:48, on the clock of whoever reads. */
export function timeOf(ms: number): string {
  const at = new Date(ms);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

export function startHand(room: Room, root: ParentNode): void {
  const hand = part<HTMLButtonElement>(root, "[data-hand]");
  let called = false;
  room.on(["hand"], () => {
    hand.setAttribute("aria-pressed", String(room.hand.up));
    hand.setAttribute("aria-label", room.word(room.hand.up ? "handDown" : "handUp"));
    if (room.hand.called && !called) toast(room.word("calledOn"));
    called = room.hand.called;
  });
  hand.addEventListener("click", () => void room.ask(room.hand.up ? "hand.lower" : "hand.raise"));
}
