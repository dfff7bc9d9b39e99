/** A lesson as learners see it: on air with its true delay, back within it, and its replay. */
import "./live.css";

import { enterRoom } from "./room/enter";
import type { PanelData } from "./room/kinds";
import type { Room } from "./room/room";
import type { RoomData } from "./room/socket";
import { Awake } from "./shared/awake";
import { clock, filled, part, put } from "./shared/page";
import { startControls, type ControlWords } from "./watch/controls";
import { startGuest } from "./stage/guest";
import type { StageData } from "./stage/host";
import { canPlayNear } from "./watch/near";
import { Source } from "./watch/source";
import { Standing } from "./watch/standing";

interface Addresses {
  live: string;
  replay: string;
  state: string;
}

interface State {
  state: "waiting" | "live" | "reconnecting" | "ended";
  now_ms: number;
  recorded_s: number;
  /** When its first picture was taken, on the server's clock; 0 before. */
  began_ms: number;
  /** Whether the page that sends is out of sight, as of a phone that is locked. */
  away: boolean;
  /** Whether there is a small picture to be had. */
  small: boolean;
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
  /** On air when the page was made. */
  live: boolean;
  recorded: number;
  words: ControlWords & {
    waiting: string;
    live: string;
    reconnecting: string;
    away: string;
    ended: string;
    replay: string;
    delay: string;
    back: string;
    broken: string;
    soundOnly: string;
    slowLine: string;
    smallNow: string;
    noSmall: string;
    noNear: string;
  };
}

type Mode = "waiting" | "live" | "back" | "replay";
/** What is fetched of the lesson: its picture as the line carries it, the small one, the one with little delay, its sound alone. */
type Quality = "usual" | "small" | "near" | "sound";

const ASK_EVERY_MS = 2000;
const ASK_SELDOM_MS = 10_000;
/** A second a segment: so long without a new one, and the trainer's line is down. */
const STILL_MS = 4000;
/** The picture has not moved for so long. */
const STANDS_MS = 1500;
/** Whoever pauses for longer goes on where they were, in what is recorded. */
const SHORT_PAUSE_MS = 3000;
/** A line on which the picture stands for so long of a minute does not carry it; the one with little delay sooner. */
const STOOD_MS = 6000;
const STOOD_NEAR_MS = 5000;
/** A browser's own player begins three segments behind the newest (RFC 8216, 6.3.3), where it does not say when they were taken. */
const USUAL_DELAY_S = 3;
/** So near the newest picture one is live. */
const NEAR_LIVE_S = 5;
/** After so long without a new one nothing is left that was on its way, however a player out of data may jump about. */
const PLAYED_OUT_MS = 8000;
/** After this the picture with little delay is asked for again. */
const NEAR_AGAIN_MS = 15_000;

/** The same playlist without the picture, with the small one, or with all that a player can choose from. */
const formOf = (address: string, form: "a" | "s" | "all") => address.replace(/\.m3u8$/, `.${form}.m3u8`);

function start(root: HTMLElement, data: Data): void {
  const { words } = data;
  let addresses = data.addresses;
  let mode: Mode = data.ended ? "replay" : "waiting";
  let length = data.recorded;
  let asOf = Date.now();
  /** The server's clock less ours, in milliseconds. */
  let ahead = 0;
  let known: State["state"] = data.ended ? "ended" : "waiting";
  let knownAt = 0;
  let beganMs = 0;
  let isAway = false;
  let asked = 0;
  let movedTo = 0;
  let movedAt = 0;
  let quality: Quality = "usual";
  let note = "";
  /** What was read out last. */
  let saidAbout = "";
  let hasSmall = false;
  let pausedAt = 0;
  let pausedSecond = 0;
  let isRenewing = false;
  /** The last time we asked, the server could not be reached. */
  let isCut = false;
  /** Somebody wants it to play, whatever keeps it from doing so. */
  let isGoing = false;
  let room: Room | null = null;
  const video = part<HTMLVideoElement>(root, "video");
  const liveBadge = part<HTMLElement>(root, "[data-live]");
  const stateWords = part<HTMLElement>(root, "[data-state]");
  const delayWords = part<HTMLElement>(root, "[data-delay]");
  const over = part<HTMLElement>(root, "[data-over]");
  /** The same for who listens: wherever it stands on the picture, it is read out once. */
  const said = part<HTMLElement>(root, "[data-said]");
  const toLive = part<HTMLButtonElement>(root, "[data-to-live]");
  const seek = part<HTMLInputElement>(root, ".player__seek");

  const chosen = part<HTMLSelectElement>(root, "[data-quality]");
  const standing = new Standing(video);
  const awake = new Awake();
  const source = new Source(video, {
    farther: (played) => {
      if (mode !== "live") return;
      const isPaused = video.paused;
      note = words.noNear;
      // A room that is full stays so for a while; a take that was over may be followed by the next.
      if (!played) quality = chosen.value = "usual";
      source.playLive(formOf(addresses.live, "all"), addresses.live);
      if (!isPaused) void video.play().catch(() => undefined);
      void ask();
      window.setTimeout(() => mode === "live" && quality === "near" && known === "live" && goLive(), NEAR_AGAIN_MS);
    },
    still: (ms) => ms > STILL_MS && mode === "live" && known === "live" && void ask(),
    // What comes now has not been tried yet.
    switching: () => standing.forget(),
    broken: () => window.setTimeout(() => void renew(), 1000 + Math.random() * 2000),
  });
  /** How long the lesson is by now: on air it grows between two answers. */
  const grown = () => length + (known === "live" ? (Date.now() - asOf) / 1000 : 0);

  const playFrom = (second: number) =>
    source.playFrom(formOf(addresses.replay, quality === "sound" ? "a" : quality === "small" ? "s" : "all"), addresses.replay, second);
  /** How far behind the newest picture the one on screen is. */
  const delay = () => {
    const taken = source.takenAt();
    return taken === null ? null : Math.max(0, (Date.now() + ahead - taken) / 1000);
  };

  const show = () => {
    if (video.currentTime !== movedTo) [movedTo, movedAt] = [video.currentTime, Date.now()];
    const away = mode === "live" && known === "reconnecting";
    const finished = known === "ended" && mode !== "replay";
    const isStill = Date.now() - movedAt > STANDS_MS;
    const stopped = isCut && isStill && mode !== "waiting" && !video.ended;
    liveBadge.hidden = mode !== "live" || known !== "live" || stopped;
    if (beganMs) liveBadge.textContent = filled(words.live, { time: clock((Date.now() + ahead - beganMs) / 1000) });
    const trainer = isAway ? words.away : words.reconnecting;
    awake.want(!video.paused && !video.ended);
    toLive.hidden = mode !== "back" || known === "ended";
    // What was on its way when the lesson ended is still played; then the picture stands.
    const stands = isStill || Date.now() - knownAt > PLAYED_OUT_MS;
    // On air, and not told yet how far: there is nothing to say.
    const isUnknown = data.live && !knownAt;
    over.hidden = !((mode === "waiting" && !isUnknown) || (away && stands) || (finished && stands));
    const overWords = mode === "waiting" && known === "waiting" ? words.waiting : finished ? words.ended : trainer;
    put(part(over, "[data-over-words]"), overWords);
    part<HTMLElement>(over, "[data-replay]").hidden = !finished;
    const says = stopped
      ? words.broken
      : note && (mode !== "live" || known === "live")
        ? note
        : mode === "replay"
          ? words.replay
          : mode === "back"
            ? filled(words.back, { time: clock(grown() - source.position()) })
            : known !== "live"
              ? known === "reconnecting"
                ? trainer
                : words[known]
              : quality === "sound"
                ? words.soundOnly
                : source.isSmall()
                  ? words.smallNow
                  : "";
    put(stateWords, says);
    // Not each second of how far one is behind.
    const spoken = over.hidden ? says : overWords;
    const about = mode === "back" && !note ? mode : spoken;
    if (about !== saidAbout) put(said, spoken);
    saidAbout = about;
    // Said over the picture it is not said in its corner, too.
    stateWords.hidden = !says || !over.hidden;
    const behind = delay();
    delayWords.hidden = liveBadge.hidden || behind === null || video.paused;
    if (behind !== null) delayWords.textContent = filled(words.delay, { seconds: behind.toFixed(1) });
    seek.max = String(Math.round(grown() * 1000));
  };

  const goLive = () => {
    mode = "live";
    pausedAt = 0;
    if (quality === "near") source.playNear(`${data.near}?ticket=${encodeURIComponent(data.room.ticket)}`);
    else {
      const form = quality === "sound" ? "a" : quality === "small" ? "s" : "all";
      source.playLive(formOf(addresses.live, form), addresses.live);
    }
    void video.play().catch(() => undefined);
    show();
  };
  /** What was said of the picture with which one is done; that there is none is still so. */
  const unsay = () => {
    if (quality !== "sound") note = "";
  };
  /** The page of a lesson that is over counts what is watched; it goes on at the same moment. */
  const goReplay = (second: number) => location.assign(`${location.pathname}?from=${Math.floor(second)}`);
  const goBack = (second: number) => {
    if (known === "ended" && !data.ended) return goReplay(second);
    mode = data.ended ? "replay" : "back";
    pausedAt = 0;
    unsay();
    playFrom(second);
    void video.play().catch(() => undefined);
    show();
  };
  /** Whether there was an answer. */
  const ask = async (): Promise<boolean> => {
    asked = Date.now();
    let state: State;
    try {
      const response = await fetch(addresses.state, { cache: "no-store" });
      if (response.status === 403) {
        void renew();
        return false;
      }
      state = (await response.json()) as State;
    } catch {
      isCut = true;
      show();
      return false;
    }
    isCut = false;
    const now = Date.now();
    ahead = state.now_ms - (asked + now) / 2;
    length = state.recorded_s;
    asOf = now;
    beganMs = state.began_ms;
    isAway = state.away;
    if (known !== state.state) [known, knownAt] = [state.state, now];
    hasSmall = state.small;
    if (mode === "waiting" && known === "live") goLive();
    if (mode === "waiting" && known === "ended") location.reload();
    if (mode === "back" && known === "ended") goReplay(source.position());
    if (known === "ended") room?.end();
    show();
    return true;
  };
  const renew = async () => {
    if (isRenewing) return;
    isRenewing = true;
    const at = source.position();
    try {
      const response = await fetch(data.links, { credentials: "same-origin" });
      if (!response.ok) throw new Error(String(response.status));
      addresses = (await response.json()) as Addresses;
    } catch {
      isCut = true;
      show();
      isRenewing = false;
      window.setTimeout(() => void renew(), 5000 + Math.random() * 5000);
      return;
    }
    isRenewing = isCut = false;
    if (quality === "small") {
      await ask();
      if (!hasSmall) {
        note = words.noSmall;
        quality = chosen.value = "usual";
      }
    }
    if (mode === "live") goLive();
    else if (mode !== "waiting") {
      playFrom(at);
      if (isGoing) void video.play().catch(() => undefined);
    }
  };

  startControls(root, video, words, {
    position: () => (mode === "live" ? grown() : source.position()),
    seek: (second) => {
      if (mode === "back" && second > grown() - NEAR_LIVE_S) goLive();
      // What is played ends with the present of when it was begun; there is more by now.
      else if (mode === "replay" || (mode === "back" && second < video.duration)) video.currentTime = second;
      else if (mode === "back" || second < grown() - 3) goBack(second);
    },
    play: () => void video.play().catch(() => undefined),
  });
  video.addEventListener("play", () => (isGoing = true));
  video.addEventListener("pause", () => {
    // What fails is paused by the browser, or is not (Safari): whoever was watching still is.
    if (!video.error) isGoing = false;
    // Not of a picture that gives way to another, or has come to its end.
    if (mode !== "live" || !video.paused || video.ended || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    pausedAt = Date.now();
    pausedSecond = Math.max(0, grown() - (delay() ?? USUAL_DELAY_S));
  });
  video.addEventListener("play", () => {
    const away = pausedAt ? Date.now() - pausedAt : 0;
    pausedAt = 0;
    if (mode === "live" && away > SHORT_PAUSE_MS) goBack(pausedSecond);
  });
  video.addEventListener("ended", () => {
    // What one went back in ended with the present of then: there is more by now.
    if (mode !== "back") return show();
    if (known === "ended") return;
    const at = video.currentTime;
    void ask().then(() => mode === "back" && (grown() - at > NEAR_LIVE_S ? goBack(at) : goLive()));
  });
  toLive.addEventListener("click", () => {
    unsay();
    goLive();
  });
  const choose = (now: Quality) => {
    quality = chosen.value = now;
    standing.forget();
    if (mode === "live") goLive();
    else if (mode !== "waiting") {
      playFrom(source.position());
      // Who stopped at a picture gets that one, and is not hurried on.
      if (isGoing) void video.play().catch(() => undefined);
    }
  };
  chosen.addEventListener("change", () => {
    note = "";
    const wanted = chosen.value as Quality;
    if (wanted !== "small") return choose(wanted);
    void ask().then(() => {
      if (hasSmall) return choose("small");
      note = words.noSmall;
      chosen.value = quality;
      show();
    });
  });
  /** The line does not carry what is played: something smaller is, if it is the line and not the trainer's. */
  const stepDown = async () => {
    standing.forget();
    if (!(await ask()) || (mode === "live" && known !== "live")) return;
    note = quality === "near" ? words.noNear : words.slowLine;
    choose(quality === "near" ? "usual" : "sound");
  };
  // Spread over the interval: thousands open the page in the same minute.
  window.setInterval(() => {
    const every = mode === "waiting" || known === "reconnecting" ? ASK_EVERY_MS : ASK_SELDOM_MS;
    if (known !== "ended" && Date.now() - asked > every * (0.8 + Math.random() * 0.4)) void ask();
    // A browser's own player tells nothing of its playlist, and waits for ever where an address has run out.
    if (mode !== "waiting" && !video.paused && !video.ended && Date.now() - Math.max(asked, movedAt) > STILL_MS) void ask();
    // What goes on being fetched would move the picture that somebody stopped at.
    if (pausedAt && mode === "live" && Date.now() - pausedAt > SHORT_PAUSE_MS) source.hold();
    standing.look(!document.hidden && quality !== "sound" && (mode === "live" ? known === "live" : mode !== "waiting"));
    if (standing.ms > (quality === "near" ? STOOD_NEAR_MS : STOOD_MS)) void stepDown();
    show();
  }, 500);
  if (!canPlayNear()) chosen.querySelector("[value=near]")?.remove();
  if (!data.ended) {
    room = enterRoom(data.room, data.panel, () => {
      const taken = source.takenAt();
      return {
        playing: !video.paused && video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA,
        position_s: taken === null ? null : taken / 1000,
        hidden: document.hidden,
      };
    });
    startGuest(room, part<HTMLDialogElement>(document, "[data-stage-ask]"), video, data.stage);
  }
  if (mode === "replay") {
    const from = new URLSearchParams(location.search).get("from");
    playFrom(Number(from) || 0);
    if (from) void video.play().catch(() => undefined);
  } else void ask();
  show();
}

const root = document.querySelector<HTMLElement>("[data-watch]");
const data = document.getElementById("watch-data");
if (root && data) start(root, JSON.parse(data.textContent ?? "{}") as Data);
