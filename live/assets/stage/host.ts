/** The host's side of the stage: who is on it, in the picture and in the sound, muted or sent off. */
import { toast } from "@lms/tell";

import { button, make } from "../room/dom";
import type { Hand } from "../room/kinds";
import type { Room } from "../room/room";
import { filled, part } from "../shared/page";
import type { Picture } from "../studio/picture";
import type { Sound } from "../studio/sound";
import { PeerLink } from "./link";

export interface StageData {
  words: Record<string, string>;
}

interface Guest {
  name: string;
  seat: string;
  link: PeerLink;
  line: HTMLElement;
}

interface Coming {
  person: number;
  name: string;
  seat: string;
  ice: RTCIceServer[];
}

/** More faces than that nobody can see on a phone, and each costs the host's line. */
const MOST_GUESTS = 2;

/** `sends`: whether this page is the one that is on air; only it does what assistants ask for. */
export function startStage(room: Room, card: HTMLElement, picture: Picture, sound: Sound, sends: () => boolean, data: StageData): void {
  const { words } = data;
  const list = part<HTMLElement>(card, "[data-stage-guests]");
  const empty = part<HTMLElement>(card, "[data-stage-empty]");
  const guests = new Map<number, Guest>();
  /** By this page: the same host's other studio, on the machine that was swapped for this one, is told as well. */
  const asked = new Set<number>();
  const word = (key: string, name = "") => filled(words[key] ?? "", { name });
  const show = () => (empty.hidden = guests.size > 0);

  const off = (person: number) => {
    const guest = guests.get(person);
    if (!guest) return;
    guest.link.close();
    guest.line.remove();
    guests.delete(person);
    picture.guests.delete(person);
    sound.guest(person, null);
    show();
  };
  const leave = (person: number) => {
    const guest = guests.get(person);
    if (guest) room.tell("stage.leave", { seat: guest.seat });
    off(person);
  };

  const come = async (person: number, name: string, seat: string, ice: RTCIceServer[]) => {
    off(person);
    if (guests.size >= MOST_GUESTS) {
      room.tell("stage.leave", { seat });
      return toast(word("full"));
    }
    const link = new PeerLink(room, seat, false, ice);
    const says = make("span", { class: "item__s" }, word("connecting"));
    const mute = button(word("mute"), () => {
      const on = mute.getAttribute("aria-pressed") !== "true";
      mute.setAttribute("aria-pressed", String(on));
      sound.mute(person, on);
      mute.textContent = word(on ? "unmute" : "mute");
    });
    mute.setAttribute("aria-pressed", "false");
    const line = make(
      "li",
      { class: "item", "data-guest": String(person) },
      make("span", { class: "grow" }, make("span", { class: "item__t" }, name), says),
      mute,
      button(word("remove"), () => leave(person)),
    );
    list.append(line);
    guests.set(person, { name, seat, link, line });
    show();
    // Who has the floor waits no longer.
    void room.ask("hand.lower", { person });
    link.onStream = (stream) => {
      const video = document.createElement("video");
      video.muted = true;
      video.playsInline = true;
      video.srcObject = stream;
      void video.play();
      picture.guests.set(person, video);
      sound.guest(person, stream);
      says.textContent = word("onStage");
    };
    link.onLost = () => {
      toast(word("lost", name));
      leave(person);
    };
    try {
      await link.open(sound.backTo(person));
    } catch {
      toast(word("lost", name));
      leave(person);
    }
  };

  const invite = ({ person, name, called }: Hand) => {
    if (guests.size >= MOST_GUESTS) return toast(word("full"));
    if (!called) void room.ask("hand.call", { person });
    asked.add(person);
    void room.ask("stage.invite", { person }).then((done) => done && toast(word("invited", name)));
  };
  document.addEventListener("stage:invite", (event) => invite((event as CustomEvent<Hand>).detail));
  room.hear("stage.suggested", (message) => {
    const hand = room.hosts.hands.find((one) => one.person === Number(message["person"]));
    if (hand && sends()) invite(hand);
  });
  room.hear("stage.coming", (message) => {
    const { person, name, seat, ice } = message as unknown as Coming;
    if (asked.delete(person)) void come(person, name, seat, ice);
  });
  room.hear("stage.declined", (message) => {
    if (asked.delete(Number(message["person"]))) toast(word("declined", String(message["name"])));
  });
  room.hear("stage.signal", (message) => guests.get(Number(message["person"]))?.link.take(message));
  room.hear("stage.over", (message) => {
    const person = Number(message["person"]);
    if (guests.get(person)?.seat === message["seat"]) off(person);
  });
  window.addEventListener("pagehide", () => [...guests.keys()].forEach(leave));
}
