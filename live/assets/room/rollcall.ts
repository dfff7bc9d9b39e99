/** Who has answered a sign-in, and who was in the room and has not: asked for only while somebody looks. */
import { filled, part, put } from "../shared/page";
import { Lines, make } from "./dom";
import type { Prompt } from "./kinds";
import { timeOf } from "./questions";
import type { Room } from "./room";
import type { Message } from "./socket";

/** Answers come by the hundred; the list follows in calm steps. */
const ASK_EVERY_MS = 3000;
const TYPED_MS = 300;

interface Named {
  name: string;
  at: number | null;
  place: number;
}

interface Answer {
  id: string;
  missing: boolean;
  name: string;
  counts: { answered: number; missing: number };
  found: number;
  people: Omit<Named, "place">[];
}

/** `signIns`: those of the lesson, the newest first. It is about the newest, until somebody chooses another. */
export function startRollCall(room: Room, desk: HTMLElement, signIns: () => Prompt[]): void {
  const box = part<HTMLDetailsElement>(desk, "[data-who]");
  const sides = [...box.querySelectorAll<HTMLButtonElement>("[data-who-side]")];
  const which = part<HTMLSelectElement>(box, "[data-who-which]");
  const name = part<HTMLInputElement>(box, "[data-who-name]");
  const more = part<HTMLElement>(box, "[data-who-more]");
  const lines = new Lines<Named>(part(box, "[data-who-list]"), (one) => `${one.place} ${one.name}`, (one) => {
    const at = one.at === null ? null : make("span", { class: "small soft num" }, timeOf(one.at));
    return make("li", { class: "item" }, make("span", { class: "grow item__t" }, one.name), at);
  });
  const chosen = () => signIns().find((one) => one.id === which.value) ?? signIns()[0];
  /** The newest has no name of its own: whoever looks at it goes on to the next. */
  const list = () => {
    const all = signIns();
    const ids = all.map((one) => one.id).join();
    if (which.dataset["ids"] === ids) return;
    which.dataset["ids"] = ids;
    const kept = which.value;
    const words = (one: Prompt) => filled(room.word("whoWhich"), { number: String(one.number), time: timeOf(one.asked) });
    which.replaceChildren(...all.map((one, place) => new Option(words(one), place ? one.id : "")));
    which.value = all.some((one, place) => place && one.id === kept) ? kept : "";
    part(box, "[data-who-choice]").toggleAttribute("hidden", all.length < 2);
  };
  which.addEventListener("change", () => ask());
  let isMissing = true;
  let asked = "";
  const ask = () => {
    const one = chosen();
    if (!one) return;
    asked = JSON.stringify([one.id, isMissing, name.value]);
    room.tell("signin.who", { prompt: one.id, missing: isMissing, name: name.value });
  };
  const take = (message: Message) => {
    const found = message as unknown as Answer;
    // Of two questions the later one's answer stands.
    if (JSON.stringify([found.id, found.missing, found.name]) !== asked) return;
    for (const side of sides) {
      const key = side.dataset["whoSide"] === "missing" ? "missing" : "answered";
      side.textContent = filled(room.word(`who-${key}`), { count: String(found.counts[key]) });
    }
    lines.show(found.people.map((one, place) => ({ ...one, place })));
    const left = found.found - found.people.length;
    const nobody = found.name.trim() ? "whoNotFound" : isMissing ? "whoNoneMissing" : "whoNoneAnswered";
    put(more, left > 0 ? filled(room.word("whoMore"), { count: String(left) }) : found.found ? "" : room.word(nobody));
  };
  room.hear("signin.who", take);
  for (const side of sides) {
    side.addEventListener("click", () => {
      isMissing = side.dataset["whoSide"] === "missing";
      for (const one of sides) one.setAttribute("aria-pressed", String(one === side));
      ask();
    });
  }
  let typed = 0;
  name.addEventListener("input", () => {
    window.clearTimeout(typed);
    typed = window.setTimeout(ask, TYPED_MS);
  });
  box.addEventListener("toggle", () => box.open && ask());
  const show = () => {
    list();
    box.toggleAttribute("hidden", !chosen());
  };
  // Another sign-in, or answers to this one: as long as it runs, and once when it is over.
  let seen = "";
  const follow = () => {
    const one = chosen();
    show();
    if (!one || !box.open) return;
    const runs = room.now() < one.ends + ASK_EVERY_MS;
    const now = JSON.stringify([one.id, runs]);
    if (runs || now !== seen) ask();
    seen = now;
  };
  room.on(["prompts"], show);
  window.setInterval(follow, ASK_EVERY_MS);
}
