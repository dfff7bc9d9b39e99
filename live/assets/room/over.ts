/** What flies over the picture, for who likes it: lines of chat (弹幕) and reactions. Never where motion is unwelcome. */
import { icon } from "@lms/page";

import { part } from "../shared/page";
import { make } from "./dom";
import type { Chat } from "./kinds";
import type { Room } from "./room";

const LANES = 5;
const MOST_FLYING = 24;
const MOST_SIGNS = 12;
const SIGNS: Record<string, string> = { like: "up", clap: "hand", flower: "seal", understood: "check" };

export function startOver(room: Room, root: ParentNode, sky: HTMLElement): void {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const barrage = part<HTMLInputElement>(root, "[data-barrage]");
  const reactions = part<HTMLInputElement>(root, "[data-reactions]");
  let lane = 0;
  const show = () => {
    barrage.checked = room.taste.barrage;
    reactions.checked = room.taste.reactions;
    barrage.disabled = still.matches;
    reactions.disabled = still.matches;
  };
  const keep = () => {
    room.taste = { barrage: barrage.checked, reactions: reactions.checked };
    if (!room.taste.barrage) for (const one of sky.querySelectorAll(".sky__line")) one.remove();
    void room.ask("taste", room.taste);
  };
  barrage.addEventListener("change", keep);
  reactions.addEventListener("change", keep);
  still.addEventListener("change", show);
  // With the state: how somebody likes it came with it.
  room.on(["settings"], show);
  const fly = (className: string, what: string | Node) => {
    const one = make("span", { class: className }, what);
    one.addEventListener("animationend", () => one.remove());
    sky.append(one);
  };
  room.hear("chat", (message) => {
    const said = message as unknown as Chat;
    const isNew = room.now() - said.at < 10_000;
    if (still.matches || !room.taste.barrage || !isNew || document.hidden || sky.childElementCount > MOST_FLYING) return;
    lane = (lane + 1) % LANES;
    fly(`sky__line sky__line--${lane}`, said.text);
  });
  room.hear("reactions", (message) => {
    if (still.matches || !room.taste.reactions || document.hidden) return;
    for (const [kind, count] of Object.entries(message["counts"] as Record<string, number>)) {
      for (let left = Math.min(count, MOST_SIGNS); left > 0; left -= 1) {
        fly(`sky__sign sky__sign--${Math.floor(Math.random() * 6)}`, icon(SIGNS[kind] ?? "up"));
      }
    }
  });
  for (const one of root.querySelectorAll<HTMLButtonElement>("[data-react]")) {
    one.addEventListener("click", () => room.tell("react", { kind: one.dataset["react"] }));
  }
}
