/** On air: begun, rehearsed, lost and found again, refused, ended, and the true figures of it. */
import { postJson, Refused } from "@lms/http";

import { Awake } from "../shared/awake";
import { clock, filled, part, put } from "../shared/page";
import type { Picture } from "./picture";
import type { Level } from "./rate";
import { format } from "./recorder";
import { Sender, type Carries, type Numbers, type Refusal } from "./sender";
import type { Sound } from "./sound";
import type { Shown, Sources } from "./sources";

export interface AirWords {
  seconds: string;
  hours: string;
  live: string;
  rehearsing: string;
  rehearsed: string;
  recorded: string;
  noRecorder: string;
  lost: string;
  kept: string;
  again: string;
  endFailed: string;
  sentBy: string;
  nobodySends: string;
  rareKeyframes: string;
  tooFast: string;
  endsSoon: string;
  diskLow: string;
  signedOut: string;
  broken: string;
  wasAway: string;
  lineLess: string;
  lineSound: string;
  lineFull: string;
}

export interface AirData {
  socket: string;
  end: string;
  watch: string;
  /** Seconds since the lesson showed anything; null where it has not begun. */
  away: number | null;
  /** Minutes without a picture after which a lesson ends by itself. */
  silence: number;
  words: AirWords;
}

/** What every studio of a lesson hears while somebody sends: this page, another one, or OBS. */
export interface OnAir extends Numbers {
  studio: string;
  name: string;
}

export interface Air {
  tick: () => void;
  /** Somebody is on air. */
  heard: (now: OnAir) => void;
  /** The lesson was ended, here or elsewhere. */
  ended: () => void;
  /** Whether this page is the one that sends. */
  sends: () => boolean;
  onShown: (shown: Shown) => void;
}

/** OBS by itself sends a keyframe every ten seconds: what is watched is then as late. */
const LONGEST_PIECE_S = 4;
/** A film that a program sends faster than it plays. */
const TOO_FAST_S = 10;
/** Who is on air says so every two seconds. */
const SILENT_MS = 6000;
const JITTER_MS = 1500;
const LOW_DISK_S = 30 * 60;
const ENDS_SOON_S = 10 * 60;

export function startAir(
  root: HTMLElement,
  data: AirData,
  picture: Picture,
  sound: Sound,
  sources: () => Sources,
  say: (text: string) => void,
): Air {
  const { words } = data;
  const begin = part<HTMLButtonElement>(document, "[data-begin]");
  const rehearse = part<HTMLButtonElement>(document, "[data-rehearse]");
  const end = part<HTMLButtonElement>(document, "[data-end]");
  const endRehearsal = part<HTMLButtonElement>(document, "[data-end-rehearsal]");
  const size = part<HTMLSelectElement>(root, "[data-size]");
  const live = part<HTMLElement>(root, "[data-live]");
  const again = part<HTMLElement>(root, "[data-again]");
  const recorded = part<HTMLElement>(root, "[data-recorded]");
  const lost = part<HTMLElement>(root, "[data-lost]");
  const lostSaid = part<HTMLElement>(root, "[data-lost-said]");
  const takeOver = part<HTMLButtonElement>(root, "[data-takeover]");
  const vital = (name: string, text: string) => (part<HTMLElement>(root, `[data-vital="${name}"]`).textContent = text);
  let sender: Sender | null = null;
  let rehearsing = false;
  const wasAway = part<HTMLElement>(document, "[data-was-away]");
  const care = part<HTMLElement>(document, "[data-care]");
  const line = part<HTMLElement>(document, "[data-line]");
  const awake = new Awake();
  /** When the lesson's first picture was taken, by this device's clock; 0 before. */
  let begun = 0;
  let lostSince = 0;
  /** The page was out of sight and sent nothing, since then. */
  let awaySince = 0;
  let keptS = 0;
  let keptPieces = 0;
  /** This page sends, or is about to again. */
  let own = false;
  /** Whoever does: when it was heard last; 0 before the lesson has begun. */
  let heardAt = data.away === null ? 0 : Date.now() - data.away * 1000;

  /** What whoever gives the lesson has to see, whatever else they look at; empty: nothing. */
  const warn = (text: string) => {
    put(care, text);
    care.hidden = !text;
  };
  const vitals = (now: Numbers) => {
    [keptS, keptPieces] = [now.recorded_s, now.segments];
    vital("delay", filled(words.seconds, { count: (now.delay_ms / 1000).toFixed(1) }));
    vital("rate", `${(now.kbps / 1000).toFixed(2)} Mbit/s`);
    vital("dropped", `${(now.dropped * 100).toFixed(1)} %`);
    vital("recorded", clock(now.recorded_s));
    vital("disk", filled(words.hours, { count: (now.disk_s / 3600).toFixed(1) }));
    warn(
      now.disk_s < LOW_DISK_S
        ? filled(words.diskLow, { minutes: String(Math.max(1, Math.floor(now.disk_s / 60))) })
        : now.recorded_s > now.on_air_s + TOO_FAST_S
          ? words.tooFast
          : now.piece_s > LONGEST_PIECE_S
            ? filled(words.rareKeyframes, { seconds: now.piece_s.toFixed(0) })
            : "",
    );
  };
  /** The server says for how long; answers come now sooner, now later. */
  const onAirFor = (seconds: number) => {
    const since = Date.now() - seconds * 1000;
    if (!begun || Math.abs(since - begun) > JITTER_MS) begun = since;
  };
  const numbers = (now: Numbers) => {
    vitals(now);
    if (own) onAirFor(now.on_air_s);
    recorded.textContent = rehearsing
      ? words.rehearsing
      : filled(words.recorded, { time: clock(now.recorded_s), count: String(now.segments) });
  };
  const buttons = (isOn: boolean) => {
    const hasBegun = begun > 0 || heardAt > 0;
    begin.hidden = isOn;
    rehearse.hidden = isOn || hasBegun;
    // Whoever sends, and from what: any of its hosts can end a lesson that has begun.
    end.hidden = isOn ? rehearsing : !hasBegun;
    endRehearsal.hidden = !isOn || !rehearsing;
    begin.disabled = rehearse.disabled = false;
    size.disabled = isOn;
  };
  const onAir = (onAirS: number) => {
    own = !rehearsing;
    if (own) onAirFor(onAirS);
    lostSince = 0;
    if (awaySince) {
      wasAway.textContent = filled(words.wasAway, { time: clock((Date.now() - awaySince) / 1000) });
      wasAway.hidden = false;
    }
    awaySince = 0;
    if (document.hidden) sender?.tell({ type: "away", away: true });
    live.hidden = rehearsing;
    clear();
    again.hidden = true;
    buttons(true);
    const shown = sources().shown();
    if (shown) sender?.tell({ type: "slide", ...shown });
  };
  const clear = () => {
    lost.hidden = true;
    put(lostSaid, "");
  };
  const overlay = (title: string, text: string, mayTakeOver: boolean) => {
    lost.hidden = false;
    // The title counts seconds: read out is what stays.
    put(lostSaid, text || title);
    put(part(lost, "[data-lost-title]"), title);
    put(part(lost, "[data-lost-words]"), text);
    takeOver.hidden = !mayTakeOver;
  };
  /** That a lesson without a picture for so long is about to end by itself; nothing where it is not. */
  const endsSoon = (seconds: number) => {
    const left = data.silence * 60 - seconds;
    return left < ENDS_SOON_S ? filled(words.endsSoon, { minutes: String(Math.max(1, Math.ceil(left / 60))) }) : "";
  };
  const showLost = () => {
    const seconds = Math.round((Date.now() - lostSince) / 1000);
    const soon = rehearsing ? "" : endsSoon(seconds);
    overlay(filled(words.lost, { seconds: String(seconds) }), soon || filled(words.kept, { time: clock(keptS) }), false);
  };
  const onLost = (attempt: number) => {
    lostSince ||= sender?.sentAt || Date.now();
    live.hidden = true;
    again.hidden = false;
    again.textContent = filled(words.again, { count: String(attempt) });
    showLost();
  };
  /** Said where it changes, and once. */
  const carries = (what: Carries) => {
    put(line, { whole: "", less: words.lineLess, sound: words.lineSound, full: words.lineFull }[what]);
    line.hidden = what === "whole";
  };
  const onRefused = (refusal: Refusal) => {
    awake.want(false);
    warn("");
    lostSince = awaySince = 0;
    own = false;
    const isLesson = !rehearsing;
    rehearsing = false;
    live.hidden = again.hidden = true;
    buttons(false);
    if (refusal.code === "ended" && isLesson) return location.assign(data.watch);
    const text = refusal.code === "signed-out" ? words.signedOut : refusal.message;
    const other = refusal.code === "taken-over" || refusal.code === "already-sending";
    overlay(other ? refusal.message : filled(words.broken, { message: text }), "", other);
  };
  const go = (instead: boolean, asRehearsal: boolean) => {
    begin.disabled = rehearse.disabled = true;
    clear();
    rehearsing = asRehearsal;
    awake.want(true);
    if (!sender) {
      const streamAt = (level: Level) => {
        const stream = picture.stream(level);
        stream.addTrack(sound.track());
        return stream;
      };
      sender = new Sender(data.socket, streamAt, { onAir, numbers, lost: onLost, refused: onRefused, carries });
    }
    sender.start(instead, asRehearsal);
  };
  buttons(false);
  if (!format()) {
    begin.disabled = rehearse.disabled = true;
    say(words.noRecorder);
  }
  begin.addEventListener("click", () => go(false, false));
  rehearse.addEventListener("click", () => go(false, true));
  takeOver.addEventListener("click", () => go(true, false));
  endRehearsal.addEventListener("click", () => {
    endRehearsal.disabled = true;
    void sender?.stop().then(() => {
      endRehearsal.disabled = false;
      recorded.textContent = words.rehearsed;
      say(words.rehearsed);
      rehearsing = false;
      awake.want(false);
      buttons(false);
    });
  });

  const heard = (now: OnAir) => {
    if (own) return;
    const isNew = !heardAt;
    heardAt = Date.now();
    if (rehearsing) return;
    if (isNew) buttons(false);
    vitals(now);
    live.hidden = false;
    again.hidden = true;
    live.textContent = filled(words.live, { time: clock(now.on_air_s) });
    recorded.textContent = filled(words.sentBy, { name: now.name, time: clock(now.recorded_s), count: String(now.segments) });
  };
  const showSilence = () => {
    const silent = Date.now() - heardAt;
    if (!heardAt || own || rehearsing || silent < SILENT_MS) return;
    live.hidden = true;
    again.hidden = false;
    again.textContent = filled(words.nobodySends, { seconds: String(Math.round(silent / 1000)) });
    put(recorded, filled(words.recorded, { time: clock(keptS), count: String(keptPieces) }));
    warn(endsSoon(silent / 1000));
  };
  const leave = (where: string) => {
    sender = null;
    location.assign(where);
  };

  const dialog = part<HTMLDialogElement>(document, "[data-end-dialog]");
  end.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "end") return;
    end.disabled = true;
    void (async () => {
      await sender?.stop();
      try {
        const answer = await postJson<{ watch: string }>(data.end, {});
        leave(answer.watch);
      } catch (error) {
        say(error instanceof Refused && error.status ? error.message : words.endFailed);
        end.disabled = false;
      }
    })();
  });
  // A phone that locks its screen says so just before it stops the page: who watches reads why the picture stands.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) wasAway.hidden = true;
    else {
      const since = sender?.sentAt ?? 0;
      if (sender?.wake()) awaySince ||= own ? since : 0;
      void sources().wake();
    }
    if (!isLeaving) sender?.tell({ type: "away", away: document.hidden });
  });
  // A page that is closed or loaded anew is hidden, too, and no phone that is locked.
  let isLeaving = false;
  window.addEventListener("pagehide", () => {
    isLeaving = true;
    sender?.tell({ type: "away", away: false });
  });
  window.addEventListener("pageshow", () => (isLeaving = false));
  window.addEventListener("beforeunload", (event) => {
    if (sender && !live.hidden) event.preventDefault();
  });
  return {
    tick: () => {
      if (own) live.textContent = filled(words.live, { time: clock((Date.now() - begun) / 1000) });
      showSilence();
      if (lostSince) showLost();
    },
    heard,
    ended: () => leave(data.watch),
    sends: () => own,
    onShown: (shown) => sender?.tell({ type: "slide", ...shown }),
  };
}
