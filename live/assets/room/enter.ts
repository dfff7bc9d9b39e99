/** Comes into a lesson's room: each panel that the page's template has is brought to life. */
import "./room.css";

import { part } from "../shared/page";
import { startChat, startComposer } from "./chat";
import { startDesk } from "./desk";
import type { PanelData } from "./kinds";
import { startMine } from "./mine";
import { startOver } from "./over";
import { startPrompts } from "./prompts";
import { startHand, startQuestions } from "./questions";
import { Room } from "./room";
import { startCountdown, startFiles } from "./side";
import type { Beat, RoomData } from "./socket";

export function enterRoom(data: RoomData, panel: PanelData, beat: (() => Beat) | null): Room {
  const room = new Room(data, panel, beat);
  const side = document.querySelector<HTMLElement>("[data-room-side]");
  if (side) {
    startQuestions(room, side);
    startChat(room, side);
    startComposer(room, side);
    startHand(room, side);
    startFiles(room, side);
    startOver(room, side, part(document, "[data-sky]"));
  }
  const chat = document.querySelector<HTMLElement>("[data-room-chat]");
  if (chat) {
    startChat(room, chat);
    startComposer(room, chat);
  }
  const below = document.querySelector<HTMLElement>("[data-room-below]");
  if (below) {
    startPrompts(room, below);
    startCountdown(room, below);
    startMine(room, below);
  }
  const desk = document.querySelector<HTMLElement>("[data-room-desk]");
  if (desk) startDesk(room, desk);
  const viewers = document.querySelector<HTMLElement>("[data-viewers]");
  room.hear("numbers", (message) => {
    if (!viewers) return;
    viewers.textContent = room.people(Number(message["viewers"]));
    viewers.hidden = false;
  });
  const todo = document.querySelector<HTMLElement>("[data-room-todo]");
  room.on(["questions", "hosts"], () => {
    const waiting = [...room.questions.values()].filter((one) => one.state === "waiting").length;
    const count = waiting + room.hosts.hands.length + room.hosts.reports.length;
    if (todo) todo.textContent = count ? ` ${count}` : "";
  });
  const line = document.querySelector<HTMLElement>("[data-room-line]");
  room.on(["line"], () => {
    if (!line) return;
    line.hidden = room.line === "open";
    line.textContent = room.lineWords || room.word(room.line);
  });
  return room;
}
