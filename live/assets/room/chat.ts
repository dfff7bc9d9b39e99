/** Chat and the line one writes in, which also asks questions; what flies over the picture. */
import { icon } from "@lms/page";

import { filled, part } from "../shared/page";
import { button, Lines, make } from "./dom";
import type { Chat } from "./kinds";
import type { Room } from "./room";

const NEAR_END_PX = 80;

export function startChat(room: Room, root: ParentNode): void {
  const list = part<HTMLElement>(root, "[data-chat]");
  const scroll = list.closest<HTMLElement>(".room__scroll") ?? list;
  const empty = part<HTMLElement>(root, '[data-empty="chat"]');
  const lines = new Lines<Chat>(list, (one) => String(one.id), (one) => chatLine(room, one));
  room.on(["chat"], () => {
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
    empty.hidden = room.chat.size > 0;
    lines.show([...room.chat.values()].sort((a, b) => a.id - b.id));
    // Whoever has scrolled back is left where they read.
    if (atEnd) scroll.scrollTop = scroll.scrollHeight;
  });
}

function chatLine(room: Room, one: Chat): HTMLElement {
  const title = one.role === "learner" ? one.name : `${room.word(one.role)} ${one.name}`;
  const line = make("li", { class: one.role === "learner" ? undefined : "is-trainer" }, make("b", {}, title), one.text);
  const acts = make("details", { class: "menu" }, make("summary", { class: "btn btn--icon", "aria-label": filled(room.word("lineMenu"), { name: one.name }) }, icon("more", "s")));
  const inside = make("div", { class: "menu__body" });
  const close = (run: () => void) => () => {
    acts.open = false;
    run();
  };
  if (!room.ownKeys.has(one.key) && one.role === "learner") {
    inside.append(button(room.word("report"), close(() => void room.ask("chat.report", { message: one.id }))));
  }
  if (room.isStaff) {
    inside.append(button(room.word("remove"), close(() => void room.ask("chat.remove", { message: one.id }))));
    if (one.role === "learner") {
      inside.append(button(room.word("mute"), close(() => void room.ask("chat.mute", { message: one.id }))));
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
  let mode: Mode = "qa";
  const show = () => {
    const words = room.word(mode === "qa" ? "askHere" : "sayHere");
    label.textContent = words;
    field.placeholder = words;
    field.disabled = room.muted;
    send.disabled = room.muted;
    hint.textContent = room.muted
      ? room.word("mutedHint")
      : room.line !== "open"
        ? room.lineWords || room.word(room.line)
        : mode === "chat" && room.settings.slow_s && !room.isStaff
          ? filled(room.word("slowHint"), { seconds: String(room.settings.slow_s) })
          : mode === "qa" && room.settings.approve_first && !room.isStaff
            ? room.word("gateHint")
            : "";
  };
  const tabs = root.querySelector("[role=tablist]");
  const follow = () => {
    const chosen = tabs?.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset["mode"];
    form.hidden = chosen === "none";
    mode = !tabs || chosen === "chat" ? "chat" : "qa";
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
    void room.ask(mode === "qa" ? "qa.ask" : "chat.say", { key: room.key(), text }).then((done) => {
      send.removeAttribute("aria-busy");
      // What was refused stays to be changed; what was typed meanwhile, too.
      if (done && field.value.trim() === text) field.value = "";
    });
  });
  follow();
}
