/** One canvas that everything is drawn into: its size and codec stay the same whichever source is on. */
import type { Board } from "./board";
import type { Level } from "./rate";

export const FPS = 25;
const FACE_SHARE = 0.22;
const MARGIN_SHARE = 0.02;

/** What fills the picture; the camera does where nothing else is in front. */
export type Front = "screen" | "board" | "slides";
export type Corner = "bottom-right" | "bottom-left" | "top-right" | "top-left" | "none";

/** Ticks in a worker: a page in the background gets its own timers once a second, a worker's go on. */
function ticking(every: number, tick: () => void): void {
  const source = new Blob([`setInterval(() => postMessage(0), ${every})`], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(source));
  worker.addEventListener("message", tick);
}

/** What is sent on a slow line, beside the picture that whoever gives the lesson sees. */
interface Copy {
  pen: CanvasRenderingContext2D;
  level: Level;
}

function penOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen) throw new Error("No canvas");
  return pen;
}

/** Whole, in the middle of the place, in its own proportions. */
function fit(
  pen: CanvasRenderingContext2D,
  source: HTMLVideoElement | HTMLImageElement,
  x: number,
  y: number,
  w: number,
  h: number,
): void {
  const [sw, sh] =
    source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.naturalWidth, source.naturalHeight];
  if (!sw || !sh) return;
  const scale = Math.min(w / sw, h / sh);
  const dw = sw * scale;
  const dh = sh * scale;
  pen.drawImage(source, x + (w - dw) / 2, y + (h - dh) / 2, dw, dh);
}

export class Picture {
  camera: HTMLVideoElement | null = null;
  screen: HTMLVideoElement | null = null;
  slide: HTMLImageElement | null = null;
  front: Front | null = null;
  corner: Corner = "bottom-right";
  board: Board | null = null;
  /** Whom the host has brought on stage, by their person. */
  readonly guests = new Map<number, HTMLVideoElement>();
  private readonly pen: CanvasRenderingContext2D;
  private copy: Copy | null = null;
  private drawn = 0;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly title: string,
  ) {
    this.pen = penOf(canvas);
    ticking(1000 / FPS, () => this.draw());
  }

  /** What is sent from now on. A smaller one has a canvas of its own: a recorder's picture must keep its size. */
  stream(level: Level): MediaStream {
    this.copy = null;
    if (!level.height) return this.canvas.captureStream(FPS);
    const canvas = document.createElement("canvas");
    canvas.height = Math.min(level.height, this.canvas.height);
    canvas.width = (canvas.height * 16) / 9;
    const pen = penOf(canvas);
    pen.scale(canvas.width / this.canvas.width, canvas.height / this.canvas.height);
    this.copy = { pen, level };
    const stream = canvas.captureStream(FPS);
    this.paint(pen, level.cameras);
    return stream;
  }

  resize(height: number): void {
    this.canvas.height = height;
    this.canvas.width = (height * 16) / 9;
  }

  private draw(): void {
    this.paint(this.pen, true);
    this.drawn += 1;
    const { copy } = this;
    if (copy && this.drawn % copy.level.every === 0) this.paint(copy.pen, copy.level.cameras);
  }

  private paint(pen: CanvasRenderingContext2D, cameras: boolean): void {
    const { width, height } = this.canvas;
    const main = this.front === "screen" ? this.screen : this.front === "slides" ? this.slide : null;
    const isBoard = this.front === "board";
    const camera = cameras ? this.camera : null;
    pen.fillStyle = isBoard ? "#ffffff" : "#0b1116";
    pen.fillRect(0, 0, width, height);
    if (main) fit(pen, main, 0, 0, width, height);
    else if (!isBoard && camera) fit(pen, camera, 0, 0, width, height);
    else if (!isBoard) this.card(pen, width, height);
    this.board?.drawOver(pen, width, height);
    if (camera && (main || isBoard) && this.corner !== "none") this.face(pen, camera, width, height);
    if (cameras) this.stage(pen, width, height);
  }

  /** Guests side by side, at the edge where the host's face is not. */
  private stage(pen: CanvasRenderingContext2D, width: number, height: number): void {
    const w = width * FACE_SHARE;
    const h = height * FACE_SHARE;
    const margin = width * MARGIN_SHARE;
    const y = this.corner.startsWith("bottom") ? margin : height - h - margin;
    [...this.guests.values()].forEach((guest, at) => fit(pen, guest, margin + at * (w + margin), y, w, h));
  }

  private face(pen: CanvasRenderingContext2D, camera: HTMLVideoElement, width: number, height: number): void {
    const w = width * FACE_SHARE;
    const h = height * FACE_SHARE;
    const margin = width * MARGIN_SHARE;
    const x = this.corner.endsWith("right") ? width - w - margin : margin;
    const y = this.corner.startsWith("bottom") ? height - h - margin : margin;
    fit(pen, camera, x, y, w, h);
  }

  /** The lesson's title: what is sent while nothing else is on. */
  private card(pen: CanvasRenderingContext2D, width: number, height: number): void {
    pen.fillStyle = "#f0f4f6";
    pen.font = `600 ${Math.round(height / 14)}px sans-serif`;
    pen.textAlign = "center";
    pen.fillText(this.title, width / 2, height / 2, width * 0.9);
  }
}
