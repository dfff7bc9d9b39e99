/** The picture with little delay: fragments over a socket into the browser's own buffer. One take a connection. */

export interface NearHooks {
  /** The line is over: the playlist goes on. `played`: there was a picture until now. */
  over: (played: boolean) => void;
}

/** Seconds behind the newest fragment: so far a jitter of the line is not seen. */
const BEHIND_S = 0.35;
const FAR_S = 0.7;
const TOO_FAR_S = 2;
const KEEP_S = 30;
const CATCH_UP_RATE = 1.1;
const SILENT_MS = 4000;

export function canPlayNear(): boolean {
  return typeof MediaSource !== "undefined";
}

export class Near {
  private readonly media = new MediaSource();
  private readonly socket: WebSocket;
  private readonly address: string;
  private readonly waiting: ArrayBuffer[] = [];
  private buffer: SourceBuffer | null = null;
  private epochMs = 0;
  private mime = "";
  private heardAt = Date.now();
  private isOver = false;
  private readonly watch: number;

  constructor(
    private readonly video: HTMLVideoElement,
    address: string,
    private readonly hooks: NearHooks,
  ) {
    this.address = URL.createObjectURL(this.media);
    this.socket = new WebSocket(new URL(address, location.href.replace(/^http/, "ws")));
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("message", (event) => this.hear(event.data as string | ArrayBuffer));
    this.socket.addEventListener("close", () => this.over());
    this.media.addEventListener("sourceopen", () => this.feed());
    video.src = this.address;
    this.watch = window.setInterval(() => this.keepUp(), 250);
  }

  /** Unix time in milliseconds at which the picture shown was taken. */
  takenAt(): number | null {
    return this.epochMs && this.buffer?.buffered.length ? this.epochMs + this.video.currentTime * 1000 : null;
  }

  close(): void {
    this.isOver = true;
    window.clearInterval(this.watch);
    this.socket.close();
    this.video.playbackRate = 1;
    URL.revokeObjectURL(this.address);
  }

  private over(): void {
    if (this.isOver) return;
    const played = this.takenAt() !== null;
    this.close();
    this.hooks.over(played);
  }

  private hear(data: string | ArrayBuffer): void {
    this.heardAt = Date.now();
    if (typeof data !== "string") this.waiting.push(data);
    else {
      const take = JSON.parse(data) as { epoch_us: number; mime: string };
      this.epochMs = take.epoch_us / 1000;
      this.mime = take.mime;
      if (!MediaSource.isTypeSupported(take.mime)) return this.over();
    }
    this.feed();
  }

  private feed(): void {
    if (this.isOver || !this.mime || this.media.readyState !== "open") return;
    if (!this.buffer) {
      this.buffer = this.media.addSourceBuffer(this.mime);
      this.buffer.addEventListener("updateend", () => this.feed());
    }
    if (this.buffer.updating) return;
    const next = this.waiting.shift();
    try {
      if (next) this.buffer.appendBuffer(next);
      else if (this.video.currentTime > 2 * KEEP_S && this.buffer.buffered.start(0) < this.video.currentTime - 2 * KEEP_S)
        this.buffer.remove(0, this.video.currentTime - KEEP_S);
    } catch {
      this.over();
    }
  }

  /** Stays a little behind the newest picture: faster where it is farther, at once where it is much too far. */
  private keepUp(): void {
    const buffered = this.buffer?.buffered;
    if (Date.now() - this.heardAt > SILENT_MS) return this.over();
    // Whoever pauses looks at this picture, not at the newest.
    if (!buffered?.length || this.video.paused) return;
    const end = buffered.end(buffered.length - 1);
    const ahead = end - this.video.currentTime;
    if (ahead > TOO_FAR_S || this.video.currentTime < buffered.start(0)) this.video.currentTime = Math.max(buffered.start(0), end - BEHIND_S);
    this.video.playbackRate = ahead > FAR_S ? CATCH_UP_RATE : 1;
    if (!this.video.paused && this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && ahead > BEHIND_S) void this.video.play().catch(() => undefined);
  }
}
