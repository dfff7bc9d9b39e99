/** Records the picture and sends it as the line carries it; when the line drops, what was recorded goes over the next. */
import { freshId } from "../shared/page";
import { Outbox } from "./outbox";
import { FPS } from "./picture";
import { Rate, type Level } from "./rate";
import { format, Run } from "./recorder";

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
  /** What the line makes of the picture. */
  carries: (carries: Carries) => void;
}

/** Full: nothing more is recorded before what waits has gone. */
export type Carries = "whole" | "less" | "sound" | "full";

type Said = { type: string; recording?: number; bytes?: number } & Partial<Numbers & Refusal>;

/** A recorder gives something every tenth of a second; after so long without, page or line has stood still. */
const STILL_MS = 3000;
/** Nothing came for so long of what was sent: this line is dead, whatever the browser holds of it. */
const DEAD_MS = 10_000;
const TICK_MS = 1000;
/** Where more waited than may, recording goes on when the present is so near again. */
const RESUME_S = 3;
const LOST = 1006;
/** What waits has to come before a lesson ends; no longer than that. */
const MOST_END_MS = 20_000;
const WAITS_MS = [300, 1000, 2000, 4000, 5000];
/** Refusals that trying again does not change. */
const FINAL = new Set([4400, 4401, 4403, 4409, 4410, 4411, 4413, 4429, 4507]);
/** What the recorder sent could not be read: a new recorder is worth a few tries. */
const UNREADABLE = 4415;
const MOST_UNREAD = 3;

export class Sender {
  private socket: WebSocket | null = null;
  /** The server has said that it takes what comes over this socket. */
  private isReady = false;
  private run: Run | null = null;
  private stream: MediaStream | null = null;
  private readonly outbox = new Outbox();
  private rate = new Rate();
  private runs = 0;
  /** When something of what was sent came last. */
  private cameAt = 0;
  private attempt = 0;
  private unread = 0;
  private wanted = false;
  private isEnding = false;
  private rehearsal = false;
  private said: Refusal | null = null;
  private stopped: (() => void) | null = null;
  private again = 0;
  private ticking = 0;
  /** When a piece of the recording went out last; 0: never. */
  sentAt = 0;
  /** Which page sends: the server tells all studios of a lesson. */
  readonly studio = freshId();

  constructor(
    private readonly address: string,
    private readonly streamAt: (level: Level) => MediaStream,
    private readonly hooks: Hooks,
  ) {}

  /** `rehearsal`: the server takes everything as it would on air, shows it to nobody and throws it away. */
  start(takeOver: boolean, rehearsal: boolean): void {
    this.wanted = true;
    this.isEnding = false;
    this.rehearsal = rehearsal;
    this.said = null;
    this.unread = this.sentAt = 0;
    this.outbox.clear();
    this.rate = new Rate();
    this.stream = null;
    window.clearInterval(this.ticking);
    this.ticking = window.setInterval(() => this.tick(), TICK_MS);
    this.open(takeOver);
  }

  /** Sends a message beside the picture; without a line it is lost, and said again when on air. */
  tell(message: object): void {
    if (this.isReady && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /**
   * The page was out of sight and is seen again: a phone may have stopped it meanwhile. Whether it has, and then the
   * next take begins with the present, without waiting for what may be left of the line.
   */
  wake(): boolean {
    if (!this.wanted || !this.sentAt || Date.now() - this.sentAt < STILL_MS) return false;
    this.attempt = 0;
    if (this.socket && this.isReady) this.lose(this.socket);
    window.clearTimeout(this.again);
    this.open(false);
    return true;
  }

  /** Resolves when the server has stored everything, or after some seconds without an answer. */
  async stop(): Promise<void> {
    const isOn = this.run !== null || !this.outbox.isEmpty;
    const done = new Promise<void>((resolve) => (this.stopped = resolve));
    await this.run?.stop();
    this.run = null;
    this.isEnding = true;
    if (isOn) {
      this.pump();
      await Promise.race([done, new Promise((resolve) => window.setTimeout(resolve, MOST_END_MS))]);
    }
    this.rest();
  }

  private open(takeOver: boolean): void {
    // One line at a time: whoever asks to begin need not wait for the next try.
    window.clearTimeout(this.again);
    this.socket?.close();
    const socket = new WebSocket(new URL(this.address, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    this.isReady = false;
    socket.addEventListener("open", () => {
      const { studio, rehearsal } = this;
      const message = { type: "start", studio, mime: format(), fps: FPS, takeOver, rehearsal, now_ms: performance.now() };
      socket.send(JSON.stringify(message));
    });
    socket.addEventListener("message", (event) => this.hear(socket, JSON.parse(String(event.data)) as Said));
    socket.addEventListener("close", (event) => this.closed(socket, event.code));
  }

  private hear(socket: WebSocket, data: Said): void {
    if (socket !== this.socket) return;
    if (data.type === "ready") this.begin(data);
    else if (data.type === "got") {
      this.cameAt = Date.now();
      this.outbox.came(data.recording ?? 0, data.bytes ?? 0);
      this.pump();
    } else if (data.type === "numbers") {
      this.unread = 0;
      this.hooks.numbers(data as Numbers);
    } else if (data.type === "stopped") this.stopped?.();
    else if (data.type === "no") this.said = { code: data.code ?? "", message: data.message ?? "" };
  }

  private begin(data: Said): void {
    this.attempt = 0;
    this.isReady = true;
    this.cameAt = Date.now();
    this.outbox.begin(data.recording ?? 0, data.bytes ?? 0);
    this.rate.anew();
    if (!this.run && !this.isEnding && this.outbox.isEmpty) this.record();
    this.pump();
    this.hooks.onAir(data.on_air_s ?? 0);
  }

  /** Goes on with a new run of the recorder, from the picture on at which the former one ends. */
  private record(): void {
    const { level } = this.rate;
    if (!this.stream) this.stream = this.streamAt(level);
    const former = this.run;
    const after = former ? former.over : Promise.resolve();
    const give = (run: Run, bytes: Uint8Array<ArrayBuffer>) => {
      this.outbox.put(run, bytes);
      this.pump();
    };
    this.runs += 1;
    this.run = new Run(this.runs, this.stream, level, after, give, () => this.socket?.close());
    void former?.stop();
  }

  private pump(): void {
    const { socket } = this;
    if (!socket || !this.isReady || socket.readyState !== WebSocket.OPEN) return;
    if (this.outbox.send(socket)) this.sentAt = Date.now();
    if (this.isEnding && this.outbox.isSent) {
      this.isReady = false;
      socket.send(JSON.stringify({ type: "stop" }));
    }
  }

  private tick(): void {
    this.pump();
    if (this.outbox.isEmpty) this.cameAt = Date.now();
    if (this.socket && this.isReady && Date.now() - this.cameAt > DEAD_MS) return this.lose(this.socket);
    if (this.isEnding) return;
    const { rate, outbox } = this;
    if (this.isReady && rate.tick(performance.now() / 1000, outbox.waitsS(), outbox.arrived, outbox.recorded)) {
      this.stream = null;
      if (this.run) this.record();
    }
    if (outbox.isFull) {
      void this.run?.stop();
      this.run = null;
    } else if (this.isReady && !this.run && outbox.waitsS() < RESUME_S) this.record();
    const isFull = !this.run && this.sentAt > 0;
    this.hooks.carries(isFull ? "full" : rate.isWhole ? "whole" : rate.isLeast ? "sound" : "less");
  }

  /** What follows is a recording of its own: the next line may lead to a server that knows nothing of this one. */
  private lose(socket: WebSocket): void {
    this.closed(socket, LOST);
    // Not before: what the browser still holds would go first.
    socket.close();
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    if (code === UNREADABLE) this.outbox.clear();
    if (this.isReady && this.run) this.record();
    this.isReady = false;
    if (!this.wanted) return;
    this.unread += code === UNREADABLE ? 1 : 0;
    if (FINAL.has(code) || this.unread > MOST_UNREAD) {
      this.rest();
      const code_ = code === 4401 ? "signed-out" : code === 4403 ? "not-yours" : "";
      this.hooks.refused(this.said ?? { code: code_, message: "" });
      return;
    }
    const wait = WAITS_MS[Math.min(this.attempt, WAITS_MS.length - 1)] ?? 5000;
    this.attempt += 1;
    this.hooks.lost(this.attempt);
    this.again = window.setTimeout(() => this.wanted && this.open(false), wait * (0.75 + Math.random() / 2));
  }

  private rest(): void {
    this.wanted = false;
    window.clearInterval(this.ticking);
    window.clearTimeout(this.again);
    void this.run?.stop();
    this.run = null;
    this.outbox.clear();
    this.isReady = false;
    const { socket } = this;
    this.socket = null;
    socket?.close(1000);
    this.stopped?.();
    this.hooks.carries("whole");
  }
}
