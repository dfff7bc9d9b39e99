/** The studio: sources into one picture, the picture on air, and true figures of how it goes. */
import "./live.css";

import { enterRoom } from "./room/enter";
import type { PanelData } from "./room/kinds";
import type { RoomData } from "./room/socket";
import { part, put } from "./shared/page";
import { startStage, type StageData } from "./stage/host";
import { startAir, type Air, type AirData, type AirWords, type OnAir } from "./studio/air";
import { Picture } from "./studio/picture";
import { showLevel, Sound, type LevelWords } from "./studio/sound";
import { startSources, type Sources, type SourceWords } from "./studio/sources";

interface Data extends AirData {
  room: RoomData;
  panel: PanelData;
  stage: StageData;
  slides: string;
  words: AirWords & LevelWords & SourceWords;
}

const LEVEL_EVERY_MS = 100;

function start(root: HTMLElement, data: Data): void {
  const check = part<HTMLElement>(root, "[data-check]");
  const size = part<HTMLSelectElement>(root, "[data-size]");
  const say = (text: string) => put(check, text);
  const title = document.querySelector("h1")?.textContent ?? "";
  const picture = new Picture(part<HTMLCanvasElement>(root, "[data-canvas]"), title);
  const sound = new Sound();
  const air: Air = startAir(root, data, picture, sound, () => sources, say);
  const sources: Sources = startSources(root, picture, sound, data.slides, data.words, say, air.onShown);
  size.addEventListener("change", () => picture.resize(Number(size.value)));
  const room = enterRoom(data.room, data.panel, null);
  room.hear("air", (message) => air.heard(message as unknown as OnAir));
  room.hear("ended", () => air.ended());
  startStage(room, part<HTMLElement>(document, "[data-stage]"), picture, sound, air.sends, data.stage);
  window.setInterval(() => {
    showLevel(part(root, "[data-levels]"), sound.level(), data.words);
    air.tick();
  }, LEVEL_EVERY_MS);
}

const root = document.querySelector<HTMLElement>("[data-studio]");
const data = document.getElementById("studio-data");
if (root && data) start(root, JSON.parse(data.textContent ?? "{}") as Data);
