/** A lesson as learners see it: on air with its true delay, back within it, and its replay. */
import "./live.css";

import { enterRoom } from "./room/enter";
import type { PanelData } from "./room/kinds";
import type { RoomData } from "./room/socket";
import { clock, filled, part } from "./shared/page";
import { startControls, type ControlWords } from "./watch/controls";
import { startGuest } from "./stage/guest";
import type { StageData } from "./stage/host";
import { Source } from "./watch/source";

interface Addresses {
  live: string;
  replay: string;
  state: string;
}

interface State {
  state: "waiting" | "live" | "reconnecting" | "ended";
  now_ms: number;
  recorded_s: number;
}

interface Data {
  addresses: Addresses;
  links: string;
  /** Where the picture with little delay is asked for. */
  near: string;
  room: RoomData;
  panel: PanelData;
  stage: StageData;
  ended: boolean;
  recorded: number;
  words: ControlWords & {
    waiting: string;
    live: string;
    reconnecting: string;
    ended: string;
    replay: string;
    delay: string;
    back: string;
    broken: string;
    soundOnly: string;
    slowLine: string;
    noNear: string;
  };
}

type Mode = "waiting" | "live" | "back" | "replay";
/** What is fetched of the lesson: its picture, its picture with little delay, its sound alone. */
type Quality = "usual" | "near" | "sound";

const ASK_EVERY_MS = 2000;
const ASK_SELDOM_MS = 10_000;
/** A second a segment: so long without a new one, and the trainer's line is down. */
const STILL_MS = 4000;
/** The picture has not moved for so long. */
const STANDS_MS = 1500;
/** Paused for longer than this, the live playlist may no longer hold where one was. */
const MOST_PAUSE_S = 40;
/** A line on which the picture stands so long, so often within so long, carries the sound alone. */
const STALL_MS = 1500;
const STALLS = 4;
const STALLS_WITHIN_MS = 60_000;
/** After this the picture with little delay is asked for again. */
const NEAR_AGAIN_MS = 15_000;

/** The same playlist without the picture. */
const soundOf = (address: string) => address.replace(/\.m3u8$/, ".a.m3u8");

function start(root: HTMLElement, data: Data): void {
  const { words } = data;
  let addresses = data.addresses;
  let mode: Mode = data.ended ? "replay" : "waiting";
  let length = data.recorded;
  let asOf = Date.now();
  /** The server's clock less ours, in milliseconds. */
  let ahead = 0;
  let known: State["state"] = data.ended ? "ended" : "waiting";
  let asked = 0;
  let movedTo = 0;
  let movedAt = 0;
  let quality: Quality = "usual";
  let note = "";
  let stalls: number[] = [];
  const video = part<HTMLVideoElement>(root, "video");
  const liveBadge = part<HTMLElement>(root, "[data-live]");
  const stateWords = part<HTMLElement>(root, "[data-state]");
  const delayWords = part<HTMLElement>(root, "[data-delay]");
  const over = part<HTMLElement>(root, "[data-over]");
  const toLive = part<HTMLButtonElement>(root, "[data-to-live]");
  const seek = part<HTMLInputElement>(root, ".player__seek");

  const chosen = part<HTMLSelectElement>(root, "[data-quality]");
  const source = new Source(video, {
    farther: (played) => {
      if (mode !== "live") return;
      note = words.noNear;
      // A room that is full stays so for a while; a take that was over may be followed by the next.
      if (!played) quality = chosen.value = "usual";
      source.playLive(addresses.live);
      void video.play().catch(() => undefined);
      void ask();
      window.setTimeout(() => mode === "live" && quality === "near" && known === "live" && goLive(), NEAR_AGAIN_MS);
    },
    still: (ms) => ms > STILL_MS && mode === "live" && known === "live" && void ask(),
    broken: () => window.setTimeout(() => void renew(), 1000 + Math.random() * 2000),
  });
  /** How long the lesson is by now: on air it grows between two answers. */
  const grown = () => length + (known === "live" ? (Date.now() - asOf) / 1000 : 0);

  const replay = () => (quality === "sound" ? soundOf(addresses.replay) : addresses.replay);

  const show = () => {
    const away = mode === "live" && known === "reconnecting";
    const finished = known === "ended" && mode !== "replay";
    liveBadge.hidden = mode !== "live" || known !== "live";
    toLive.hidden = mode !== "back" || known === "ended";
    if (video.currentTime !== movedTo) [movedTo, movedAt] = [video.currentTime, Date.now()];
    // What was on its way when the lesson ended is still played; then the picture stands.
    const stands = Date.now() - movedAt > STANDS_MS;
    over.hidden = !(mode === "waiting" || (away && stands) || (finished && stands));
    part<HTMLElement>(over, "[data-over-words]").textContent =
      mode === "waiting" ? words.waiting : finished ? words.ended : words.reconnecting;
    part<HTMLElement>(over, "[data-replay]").hidden = !finished;
    const says =
      mode === "replay"
        ? words.replay
        : mode === "back"
          ? filled(words.back, { time: clock(grown() - video.currentTime) })
          : known === "live"
            ? quality === "sound"
              ? note || words.soundOnly
              : note
            : words[known];
    if (stateWords.textContent !== says) stateWords.textContent = says;
    stateWords.hidden = !says;
    const taken = source.takenAt();
    const delay = taken === null ? null : (Date.now() + ahead - taken) / 1000;
    delayWords.hidden = liveBadge.hidden || delay === null || video.paused;
    if (delay !== null) delayWords.textContent = filled(words.delay, { seconds: Math.max(0, delay).toFixed(1) });
    seek.max = String(Math.round(grown() * 1000));
  };

  const goLive = () => {
    mode = "live";
    note = quality === "sound" ? note : "";
    if (quality === "near") source.playNear(`${data.near}?ticket=${encodeURIComponent(data.room.ticket)}`);
    else source.playLive(quality === "sound" ? soundOf(addresses.live) : addresses.live);
    void video.play().catch(() => undefined);
    show();
  };
  const goBack = (second: number) => {
    mode = known === "ended" && data.ended ? "replay" : "back";
    source.playFrom(replay(), second);
    void video.play().catch(() => undefined);
    show();
  };
  const ask = async () => {
    asked = Date.now();
    let state: State;
    try {
      const response = await fetch(addresses.state, { cache: "no-store" });
      if (response.status === 403) return void renew();
      state = (await response.json()) as State;
    } catch {
      return;
    }
    const now = Date.now();
    ahead = state.now_ms - (asked + now) / 2;
    length = state.recorded_s;
    asOf = now;
    known = state.state;
    if (mode === "waiting" && known === "live") goLive();
    if (mode === "waiting" && known === "ended") location.reload();
    show();
  };
  const renew = async () => {
    const at = video.currentTime;
    try {
      const response = await fetch(data.links, { credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      addresses = (await response.json()) as Addresses;
    } catch {
      stateWords.textContent = words.broken;
      window.setTimeout(() => void renew(), 5000 + Math.random() * 5000);
      return;
    }
    if (mode === "live") goLive();
    else if (mode !== "waiting") source.playFrom(replay(), at);
  };

  let pausedAt = 0;
  startControls(root, video, words, {
    position: () => (mode === "live" ? grown() : video.currentTime),
    seek: (second) => {
      if (mode === "replay" || mode === "back") video.currentTime = second;
      else if (second < grown() - 3) goBack(second);
    },
    play: () => {
      const away = pausedAt ? (Date.now() - pausedAt) / 1000 : 0;
      if (mode === "live" && known === "live" && away > MOST_PAUSE_S) goBack(Math.max(0, grown() - away));
      else void video.play().catch(() => undefined);
    },
  });
  video.addEventListener("pause", () => (pausedAt = Date.now()));
  video.addEventListener("play", () => (pausedAt = 0));
  video.addEventListener("ended", () => {
    // What one went back in ended with the present of then: there is more by now.
    if (mode !== "back") return show();
    if (known === "ended") return;
    const at = video.currentTime;
    void ask().then(() => (grown() - at > 5 ? goBack(at) : goLive()));
  });
  toLive.addEventListener("click", goLive);
  const choose = (now: Quality) => {
    quality = chosen.value = now;
    stalls = [];
    if (mode === "live") goLive();
    else if (mode !== "waiting") {
      source.playFrom(replay(), video.currentTime);
      void video.play().catch(() => undefined);
    }
  };
  chosen.addEventListener("change", () => {
    note = "";
    choose(chosen.value as Quality);
  });
  const stalled = () => {
    if (mode !== "live" || known !== "live" || quality === "sound" || document.hidden) return;
    stalls = [...stalls.filter((at) => at > Date.now() - STALLS_WITHIN_MS), Date.now()];
    if (stalls.length < STALLS) return;
    note = quality === "near" ? words.noNear : words.slowLine;
    choose(quality === "near" ? "usual" : "sound");
  };
  let standing = 0;
  video.addEventListener("waiting", () => {
    window.clearTimeout(standing);
    standing = window.setTimeout(stalled, STALL_MS);
  });
  video.addEventListener("playing", () => window.clearTimeout(standing));
  // Spread over the interval: thousands open the page in the same minute.
  window.setInterval(() => {
    const every = mode === "waiting" || known === "reconnecting" ? ASK_EVERY_MS : ASK_SELDOM_MS;
    if (known !== "ended" && Date.now() - asked > every * (0.8 + Math.random() * 0.4)) void ask();
    show();
  }, 500);
  if (!data.ended) {
    const room = enterRoom(data.room, data.panel, () => {
      const taken = source.takenAt();
      return {
        playing: !video.paused && video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA,
        position_s: taken === null ? null : taken / 1000,
        hidden: document.hidden,
      };
    });
    startGuest(room, part<HTMLDialogElement>(document, "[data-stage-ask]"), video, data.stage);
  }
  if (mode === "replay") source.playFrom(replay(), 0);
  else void ask();
  show();
}

const root = document.querySelector<HTMLElement>("[data-watch]");
const data = document.getElementById("watch-data");
if (root && data) start(root, JSON.parse(data.textContent ?? "{}") as Data);
