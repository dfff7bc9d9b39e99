/** Records the stream and sends it; when the line drops, goes on with a new take until it is told to stop. */
import { freshId } from "../shared/page";
import { FPS } from "./picture";

export interface Numbers {
  delay_ms: number;
  kbps: number;
  dropped: number;
  recorded_s: number;
  segments: number;
  /** Since the lesson's first picture, on the server's clock. */
  on_air_s: number;
  piece_s: number;
  disk_s: number;
}

export interface Refusal {
  code: string;
  message: string;
}

export interface Hooks {
  onAir: (onAirS: number) => void;
  numbers: (numbers: Numbers) => void;
  lost: (attempt: number) => void;
  refused: (refusal: Refusal) => void;
}

/** What can be passed on as it is comes first; see the server's list of formats. */
const MIMES = [
  "video/x-matroska;codecs=avc1,opus",
  "video/webm;codecs=avc1,opus",
  "video/webm;codecs=h264,opus",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4;codecs=avc1,opus",
  "video/webm;codecs=vp8,opus",
];
const SLICE_MS = 100;
const VIDEO_BITS = 1_500_000;
const AUDIO_BITS = 64_000;
/** A recorder gives something every tenth of a second; after so long without, page or line has stood still. */
const STILL_MS = 3000;
const MOST_WAITING_BYTES = 4_000_000;
const WAITS_MS = [300, 1000, 2000, 4000, 5000];
/** Refusals that trying again does not change. */
const FINAL = new Set([4400, 4401, 4403, 4409, 4410, 4411, 4413, 4429, 4507]);
/** What the recorder sent could not be read: a new recorder is worth a few tries. */
const UNREADABLE = 4415;
const MOST_UNREAD = 3;

export function format(): string | undefined {
  return typeof MediaRecorder === "undefined"
    ? undefined
    : MIMES.find((mime) => MediaRecorder.isTypeSupported(mime));
}

export class Sender {
  private socket: WebSocket | null = null;
  private recorder: MediaRecorder | null = null;
  private attempt = 0;
  private unread = 0;
  private wanted = false;
  private rehearsal = false;
  private said: Refusal | null = null;
  private stopped: (() => void) | null = null;
  private again = 0;
  /** When a piece of the recording went out last; 0: never. */
  sentAt = 0;
  /** Which page sends: the server tells all studios of a lesson. */
  readonly studio = freshId();

  constructor(
    private readonly address: string,
    private readonly stream: MediaStream,
    private readonly hooks: Hooks,
  ) {}

  /** `rehearsal`: the server takes everything as it would on air, shows it to nobody and throws it away. */
  start(takeOver: boolean, rehearsal: boolean): void {
    this.wanted = true;
    this.rehearsal = rehearsal;
    this.said = null;
    this.unread = this.sentAt = 0;
    this.open(takeOver);
  }

  /** Sends a message beside the picture; without a line it is lost, and said again when on air. */
  tell(message: object): void {
    if (this.recorder && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /**
   * The page was out of sight and is seen again: a phone may have stopped it meanwhile. Whether it has, and then the
   * next take begins with the present, without waiting for what may be left of the line.
   */
  wake(): boolean {
    if (!this.wanted || !this.sentAt || Date.now() - this.sentAt < STILL_MS) return false;
    const socket = this.socket;
    socket?.close();
    this.attempt = 0;
    if (socket && this.recorder) this.closed(socket, 1006);
    window.clearTimeout(this.again);
    this.open(false);
    return true;
  }

  /** Resolves when the server has stored everything, or after some seconds without an answer. */
  async stop(): Promise<void> {
    this.wanted = false;
    const done = new Promise<void>((resolve) => (this.stopped = resolve));
    const recorder = this.recorder;
    if (recorder && recorder.state !== "inactive") {
      const last = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
      recorder.stop();
      await last;
    }
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: "stop" }));
    await Promise.race([done, new Promise((resolve) => window.setTimeout(resolve, 10_000))]);
  }

  private open(takeOver: boolean): void {
    // One line at a time: whoever asks to begin need not wait for the next try.
    window.clearTimeout(this.again);
    const socket = new WebSocket(new URL(this.address, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    socket.addEventListener("open", () => {
      const message = { type: "start", studio: this.studio, mime: format(), fps: FPS, takeOver, rehearsal: this.rehearsal };
      socket.send(JSON.stringify(message));
    });
    socket.addEventListener("message", (event) => this.hear(socket, JSON.parse(String(event.data))));
    socket.addEventListener("close", (event) => this.closed(socket, event.code));
  }

  private hear(socket: WebSocket, data: { type: string } & Partial<Numbers & Refusal>): void {
    if (socket !== this.socket) return;
    if (data.type === "ready") {
      this.attempt = 0;
      this.record(socket);
      this.hooks.onAir(data.on_air_s ?? 0);
    } else if (data.type === "numbers") {
      this.unread = 0;
      this.hooks.numbers(data as Numbers);
    } else if (data.type === "stopped") this.stopped?.();
    else if (data.type === "no") this.said = { code: data.code ?? "", message: data.message ?? "" };
  }

  private record(socket: WebSocket): void {
    const options: MediaRecorderOptions & { videoKeyFrameIntervalDuration: number } = {
      videoBitsPerSecond: VIDEO_BITS,
      audioBitsPerSecond: AUDIO_BITS,
      videoKeyFrameIntervalDuration: 1000,
    };
    const mimeType = format();
    const recorder = new MediaRecorder(this.stream, mimeType ? { ...options, mimeType } : options);
    // A blob becomes bytes later: each waits for the one before it, or they would arrive out of order.
    let before = Promise.resolve();
    recorder.addEventListener("dataavailable", (event) => {
      if (!event.data.size) return;
      before = before.then(async () => {
        const bytes = await event.data.arrayBuffer();
        if (socket.readyState !== WebSocket.OPEN) return;
        // A line that carries less than is recorded: a new take begins with the present.
        if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.close();
        else {
          socket.send(bytes);
          this.sentAt = Date.now();
        }
      });
      // A piece that cannot be read leaves a hole: what follows is worth nothing without it.
      before.catch(() => socket.close());
    });
    // A recorder that gives up says so; the line is made anew with another.
    recorder.addEventListener("error", () => socket.close());
    recorder.start(SLICE_MS);
    this.recorder = recorder;
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    this.recorder = null;
    this.stopped?.();
    if (!this.wanted) return;
    this.unread += code === UNREADABLE ? 1 : 0;
    if (FINAL.has(code) || this.unread > MOST_UNREAD) {
      this.wanted = false;
      const code_ = code === 4401 ? "signed-out" : code === 4403 ? "not-yours" : "";
      this.hooks.refused(this.said ?? { code: code_, message: "" });
      return;
    }
    const wait = WAITS_MS[Math.min(this.attempt, WAITS_MS.length - 1)] ?? 5000;
    this.attempt += 1;
    this.hooks.lost(this.attempt);
    this.again = window.setTimeout(() => this.wanted && this.open(false), wait * (0.75 + Math.random() / 2));
  }
}
