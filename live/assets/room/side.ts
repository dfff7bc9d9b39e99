/** The smaller panels: files handed out, the countdown. */
import { icon } from "@lms/page";

import { clock, filled, part, put } from "../shared/page";
import { Lines, make } from "./dom";
import type { HandedFile } from "./kinds";
import type { Room } from "./room";

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
      make("span", { class: "item__s" }, `${room.word(`file-${one.kind}`)}${room.word("comma")}${sizeOf(one.size)}`),
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
  const said = part<HTMLElement>(root, "[data-countdown-said]");
  let heard = "";
  const show = () => {
    const until = room.countdown.until;
    const ms = until === null ? -OVER_MS : until - room.now();
    box.hidden = ms <= -OVER_MS;
    if (box.hidden) return put(said, (heard = ""));
    put(left, ms > 0 ? clock(Math.ceil(ms / 1000)) : room.word("countdownOver"));
    put(words, room.countdown.words || room.word("countdown"));
    // Read out when it begins and when it is over, not every second of it.
    const state = `${until} ${ms > 0}`;
    if (state !== heard) put(said, `${words.textContent} ${left.textContent}`);
    heard = state;
  };
  room.on(["countdown"], show);
  window.setInterval(show, TICK_MS);
}
