/** What is in the picture and in the sound, chosen by the bar below the picture. */
import { reasonOf } from "../shared/media";
import { filled, part } from "../shared/page";
import { Board, startTools } from "./board";
import { devicesInto, hasEnded, openCamera, openMicrophone, openScreen, stopTracks } from "./devices";
import type { Corner, Front, Picture } from "./picture";
import { Slides, type SlideWords } from "./slides";
import type { Sound } from "./sound";

export interface SourceWords extends SlideWords {
  [name: string]: string;
  noCamera: string;
  noMicrophone: string;
  noScreen: string;
}

export interface Shown {
  deck: string;
  page: number;
}

export interface Sources {
  /** The page that is on now; null where none is. */
  shown: () => Shown | null;
  /** Opens anew what the system has ended or stopped while the page was out of sight. */
  wake: () => Promise<void>;
}

export function startSources(
  root: HTMLElement,
  picture: Picture,
  sound: Sound,
  address: string,
  words: SourceWords,
  say: (text: string) => void,
  onShown: (shown: Shown) => void,
): Sources {
  const source = (name: string) => part<HTMLButtonElement>(root, `[data-source="${name}"]`);
  const press = (name: string, on: boolean) => source(name).setAttribute("aria-pressed", String(on));
  const isOn = (name: string) => source(name).getAttribute("aria-pressed") === "true";
  const selected = (kind: string) => part<HTMLSelectElement>(root, `[data-devices="${kind}"]`);
  const undo = part<HTMLButtonElement>(root, "[data-undo]");
  const clear = part<HTMLButtonElement>(root, "[data-clear]");
  const board = new Board(picture.canvas, (count) => (undo.disabled = clear.disabled = count === 0));
  picture.board = board;
  let shown: Shown | null = null;

  const tell = (now: Shown | null) => {
    const before = shown;
    shown = now;
    if (now) onShown(now);
    else if (before) onShown({ deck: before.deck, page: 0 });
  };
  /** Puts one of the large sources in front, or none: then the camera fills the picture. */
  const front = (now: Front | null) => {
    picture.front = now;
    for (const name of ["screen", "board", "slides"]) press(name, name === now);
    sound.mix(now === "screen" ? (picture.screen?.srcObject as MediaStream) : null);
    if (now !== "slides") {
      if (slides.isOn) void slides.show(-1);
      board.on(now ?? "camera");
    }
  };
  const slides = new Slides(
    part(root, "[data-thumbs]"),
    address,
    words,
    (page) => {
      picture.slide = page?.picture ?? null;
      if (page) {
        front("slides");
        board.on(`${page.deck}/${page.number}`);
      } else if (picture.front === "slides") front(null);
      tell(page && { deck: page.deck, page: page.number });
    },
    say,
  );
  const camera = async (on: boolean) => {
    stopTracks(picture.camera);
    picture.camera = null;
    if (on) {
      try {
        picture.camera = await openCamera(selected("videoinput").value);
      } catch (error) {
        say(filled(words.noCamera, { reason: reasonOf(error, words) }));
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
        say(filled(words.noMicrophone, { reason: reasonOf(error, words) }));
      }
      await devicesInto(root);
    } else sound.use(null);
    press("microphone", heard);
  };
  const endScreen = () => {
    stopTracks(picture.screen);
    picture.screen = null;
    if (picture.front === "screen") front(null);
  };
  const screen = async () => {
    if (picture.front === "screen") return endScreen();
    if (!picture.screen) {
      try {
        picture.screen = await openScreen(endScreen);
      } catch {
        return say(words.noScreen);
      }
    }
    front("screen");
  };

  const pens = startTools(part(root, "[data-tools]"), board);
  const pen = (on: boolean) => {
    press("pen", on);
    pens(on);
  };
  source("camera").addEventListener("click", () => void camera(!isOn("camera")));
  source("microphone").addEventListener("click", () => void microphone(!isOn("microphone")));
  // Phones have none to share.
  source("screen").hidden = !("getDisplayMedia" in navigator.mediaDevices);
  source("screen").addEventListener("click", () => void screen());
  source("pen").addEventListener("click", () => pen(!isOn("pen")));
  source("board").addEventListener("click", () => {
    const on = picture.front !== "board";
    front(on ? "board" : null);
    // Who opens an empty board is about to write on it.
    if (on) pen(true);
  });
  source("slides").addEventListener("click", () => {
    if (slides.count) void slides.show(slides.isOn ? -1 : slides.last);
    else part<HTMLInputElement>(root, "[data-slides]").click();
  });
  part<HTMLInputElement>(root, "[data-slides]").addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    void slides.add(Array.from(input.files ?? []));
    input.value = "";
  });
  selected("videoinput").addEventListener("change", () => void camera(true));
  selected("audioinput").addEventListener("change", () => void microphone(true));
  const corner = part<HTMLSelectElement>(root, "[data-corner]");
  corner.addEventListener("change", () => (picture.corner = corner.value as Corner));
  board.on("camera");
  void camera(true).then(() => microphone(true));
  const wake = async () => {
    const isOver = hasEnded(picture.camera?.srcObject as MediaStream | null);
    void picture.camera?.play().catch(() => undefined);
    if (isOn("camera") && isOver) await camera(true);
    if (isOn("microphone") && sound.isOver()) await microphone(true);
    sound.resume();
  };
  return { shown: () => shown, wake };
}
