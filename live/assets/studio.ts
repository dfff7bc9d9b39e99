/** The studio: sources into one picture, the picture on air, and true figures of how it goes. */
import { postJson, Refused } from "@lms/http";

import "./live.css";

import { clock, filled, part } from "./shared/page";
import { devicesInto, openCamera, openMicrophone, openScreen } from "./studio/devices";
import { Picture } from "./studio/picture";
import { format, Sender, type Numbers, type Refusal } from "./studio/sender";
import { Slides } from "./studio/slides";
import { showLevel, Sound, type LevelWords } from "./studio/sound";

interface Words extends LevelWords {
  live: string;
  recorded: string;
  noCamera: string;
  noMicrophone: string;
  noScreen: string;
  noRecorder: string;
  lost: string;
  kept: string;
  again: string;
  endFailed: string;
  diskLow: string;
  signedOut: string;
  slide: string;
  unreadable: string;
  broken: string;
}

interface Data {
  socket: string;
  end: string;
  watch: string;
  words: Words;
}

const LEVEL_EVERY_MS = 100;
const LOW_DISK_S = 30 * 60;

function start(root: HTMLElement, data: Data): void {
  const { words } = data;
  const canvas = part<HTMLCanvasElement>(root, "[data-canvas]");
  const check = part<HTMLElement>(root, "[data-check]");
  const begin = part<HTMLButtonElement>(document, "[data-begin]");
  const end = part<HTMLButtonElement>(document, "[data-end]");
  const size = part<HTMLSelectElement>(root, "[data-size]");
  const live = part<HTMLElement>(root, "[data-live]");
  const again = part<HTMLElement>(root, "[data-again]");
  const recorded = part<HTMLElement>(root, "[data-recorded]");
  const lost = part<HTMLElement>(root, "[data-lost]");
  const takeOver = part<HTMLButtonElement>(root, "[data-takeover]");
  const picture = new Picture(canvas, document.querySelector("h1")?.textContent ?? "");
  const sound = new Sound();
  let sender: Sender | null = null;
  let begun = 0;
  let lostSince = 0;
  let keptS = 0;

  const say = (text: string) => (check.textContent = text);
  const source = (name: string) => part<HTMLButtonElement>(root, `[data-source="${name}"]`);
  const press = (name: string, on: boolean) => source(name).setAttribute("aria-pressed", String(on));
  const selected = (kind: string) => part<HTMLSelectElement>(root, `[data-devices="${kind}"]`);
  const stopTracks = (video: HTMLVideoElement | null) =>
    (video?.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());

  const camera = async (on: boolean) => {
    stopTracks(picture.camera);
    picture.camera = null;
    if (on) {
      try {
        picture.camera = await openCamera(selected("videoinput").value);
      } catch (error) {
        say(filled(words.noCamera, { reason: String((error as Error).message) }));
      }
      await devicesInto(root);
    }
    press("camera", picture.camera !== null);
  };
  const microphone = async (on: boolean) => {
    let heard = false;
    if (on) {
      try {
        sound.use(await openMicrophone(selected("audioinput").value));
        heard = true;
      } catch (error) {
        say(filled(words.noMicrophone, { reason: String((error as Error).message) }));
      }
      await devicesInto(root);
    } else sound.use(null);
    press("microphone", heard);
  };
  const screen = async (on: boolean) => {
    stopTracks(picture.screen);
    picture.screen = null;
    if (on) {
      try {
        picture.screen = await openScreen(() => void screen(false));
      } catch {
        say(words.noScreen);
      }
    }
    press("screen", picture.screen !== null);
  };
  const slides = new Slides(part(root, "[data-thumbs]"), words, (page) => {
    picture.slide = page;
    press("slides", page !== null);
  });

  const isOn = (name: string) => source(name).getAttribute("aria-pressed") === "true";
  source("camera").addEventListener("click", () => void camera(!isOn("camera")));
  source("microphone").addEventListener("click", () => void microphone(!isOn("microphone")));
  source("screen").addEventListener("click", () => void screen(!isOn("screen")));
  source("slides").addEventListener("click", () => {
    if (slides.count) slides.show(isOn("slides") ? -1 : slides.last);
    else part<HTMLInputElement>(root, "[data-slides]").click();
  });
  part<HTMLInputElement>(root, "[data-slides]").addEventListener("change", (event) => {
    void slides.add((event.target as HTMLInputElement).files ?? [], say);
  });
  selected("videoinput").addEventListener("change", () => void camera(true));
  selected("audioinput").addEventListener("change", () => void microphone(true));
  size.addEventListener("change", () => picture.resize(Number(size.value)));

  const vital = (name: string, text: string) => (part<HTMLElement>(root, `[data-vital="${name}"]`).textContent = text);
  const numbers = (now: Numbers) => {
    keptS = now.recorded_s;
    const minutes = Math.floor(now.disk_s / 60);
    vital("delay", `${(now.delay_ms / 1000).toFixed(1)} s`);
    vital("rate", `${(now.kbps / 1000).toFixed(2)} Mbit/s`);
    vital("dropped", `${(now.dropped * 100).toFixed(1)} %`);
    vital("recorded", clock(now.recorded_s));
    vital("pieces", String(now.segments));
    vital("disk", `${(now.disk_s / 3600).toFixed(1)} h`);
    recorded.textContent = filled(words.recorded, { time: clock(now.recorded_s), count: String(now.segments) });
    if (now.disk_s < LOW_DISK_S) say(filled(words.diskLow, { minutes: String(minutes) }));
  };
  const onAir = () => {
    begun ||= Date.now();
    lostSince = 0;
    live.hidden = false;
    lost.hidden = again.hidden = true;
    begin.hidden = true;
    end.hidden = false;
    size.disabled = true;
  };
  const overlay = (title: string, text: string, mayTakeOver: boolean) => {
    lost.hidden = false;
    part<HTMLElement>(lost, "[data-lost-title]").textContent = title;
    part<HTMLElement>(lost, "[data-lost-words]").textContent = text;
    takeOver.hidden = !mayTakeOver;
  };
  const showLost = () => {
    const seconds = Math.round((Date.now() - lostSince) / 1000);
    overlay(
      filled(words.lost, { seconds: String(seconds) }),
      filled(words.kept, { time: clock(keptS) }),
      false,
    );
  };
  const onLost = (attempt: number) => {
    lostSince ||= Date.now();
    live.hidden = true;
    again.hidden = false;
    again.textContent = filled(words.again, { count: String(attempt) });
    showLost();
  };
  const onRefused = (refusal: Refusal) => {
    lostSince = 0;
    live.hidden = again.hidden = true;
    begin.hidden = false;
    begin.disabled = false;
    if (refusal.code === "ended") return location.assign(data.watch);
    const text = refusal.code === "signed-out" ? words.signedOut : refusal.message;
    const other = refusal.code === "taken-over" || refusal.code === "already-sending";
    overlay(other ? refusal.message : filled(words.broken, { message: text }), "", other);
  };

  const go = (instead: boolean) => {
    begin.disabled = true;
    lost.hidden = true;
    if (!sender) {
      const stream = picture.stream();
      stream.addTrack(sound.track());
      sender = new Sender(data.socket, stream, { onAir, numbers, lost: onLost, refused: onRefused });
    }
    sender.start(instead);
  };
  if (!format()) {
    begin.disabled = true;
    say(words.noRecorder);
  }
  begin.addEventListener("click", () => go(false));
  takeOver.addEventListener("click", () => go(true));

  const dialog = part<HTMLDialogElement>(document, "[data-end-dialog]");
  end.addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "end") return;
    end.disabled = true;
    void (async () => {
      await sender?.stop();
      try {
        const answer = await postJson<{ watch: string }>(data.end, {});
        sender = null;
        location.assign(answer.watch);
      } catch (error) {
        say(error instanceof Refused && error.status ? error.message : words.endFailed);
        end.disabled = false;
      }
    })();
  });
  window.addEventListener("beforeunload", (event) => {
    if (sender && !live.hidden) event.preventDefault();
  });
  window.setInterval(() => {
    showLevel(part(root, "[data-levels]"), sound.level(), words);
    if (begun) live.textContent = filled(words.live, { time: clock((Date.now() - begun) / 1000) });
    if (lostSince) showLost();
  }, LEVEL_EVERY_MS);
  void camera(true).then(() => microphone(true));
}

const root = document.querySelector<HTMLElement>("[data-studio]");
const data = document.getElementById("studio-data");
if (root && data) start(root, JSON.parse(data.textContent ?? "{}") as Data);
