/** One canvas that everything is drawn into: its size and codec stay the same whichever source is on. */
import type { Board } from "./board";

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

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly title: string,
  ) {
    const pen = canvas.getContext("2d", { alpha: false });
    if (!pen) throw new Error("No canvas");
    this.pen = pen;
    ticking(1000 / FPS, () => this.draw());
  }

  stream(): MediaStream {
    return this.canvas.captureStream(FPS);
  }

  resize(height: number): void {
    this.canvas.height = height;
    this.canvas.width = (height * 16) / 9;
  }

  private draw(): void {
    const { width, height } = this.canvas;
    const main = this.front === "screen" ? this.screen : this.front === "slides" ? this.slide : null;
    const isBoard = this.front === "board";
    this.pen.fillStyle = isBoard ? "#ffffff" : "#0b1116";
    this.pen.fillRect(0, 0, width, height);
    if (main) this.fit(main, 0, 0, width, height);
    else if (!isBoard && this.camera) this.fit(this.camera, 0, 0, width, height);
    else if (!isBoard) this.card(width, height);
    this.board?.drawOver(this.pen, width, height);
    if (this.camera && (main || isBoard) && this.corner !== "none") this.face(this.camera, width, height);
    this.stage(width, height);
  }

  /** Guests side by side, at the edge where the host's face is not. */
  private stage(width: number, height: number): void {
    const w = width * FACE_SHARE;
    const h = height * FACE_SHARE;
    const margin = width * MARGIN_SHARE;
    const y = this.corner.startsWith("bottom") ? margin : height - h - margin;
    [...this.guests.values()].forEach((guest, at) => this.fit(guest, margin + at * (w + margin), y, w, h));
  }

  private face(camera: HTMLVideoElement, width: number, height: number): void {
    const w = width * FACE_SHARE;
    const h = height * FACE_SHARE;
    const margin = width * MARGIN_SHARE;
    const x = this.corner.endsWith("right") ? width - w - margin : margin;
    const y = this.corner.startsWith("bottom") ? height - h - margin : margin;
    this.fit(camera, x, y, w, h);
  }

  /** Whole, in the middle of the place, in its own proportions. */
  private fit(source: HTMLVideoElement | HTMLImageElement, x: number, y: number, w: number, h: number): void {
    const [sw, sh] =
      source instanceof HTMLVideoElement
        ? [source.videoWidth, source.videoHeight]
        : [source.naturalWidth, source.naturalHeight];
    if (!sw || !sh) return;
    const scale = Math.min(w / sw, h / sh);
    const dw = sw * scale;
    const dh = sh * scale;
    this.pen.drawImage(source, x + (w - dw) / 2, y + (h - dh) / 2, dw, dh);
  }

  /** The lesson's title: what is sent while nothing else is on. */
  private card(width: number, height: number): void {
    this.pen.fillStyle = "#f0f4f6";
    this.pen.font = `600 ${Math.round(height / 14)}px sans-serif`;
    this.pen.textAlign = "center";
    this.pen.fillText(this.title, width / 2, height / 2, width * 0.9);
  }
}
