/** One canvas that everything is drawn into: its size and codec stay the same whichever source is on. */

export const FPS = 25;
const FACE_SHARE = 0.22;
const MARGIN_SHARE = 0.02;

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
  private readonly pen: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
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
    this.pen.fillStyle = "#0b1116";
    this.pen.fillRect(0, 0, width, height);
    const main = this.screen ?? this.slide;
    if (main) this.fit(main, 0, 0, width, height);
    if (this.camera && !main) this.fit(this.camera, 0, 0, width, height);
    if (this.camera && main) {
      const w = width * FACE_SHARE;
      const h = height * FACE_SHARE;
      const margin = width * MARGIN_SHARE;
      this.fit(this.camera, width - w - margin, height - h - margin, w, h);
    }
    if (!main && !this.camera) this.card(width, height);
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
