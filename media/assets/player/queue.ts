/**
 * Reports that the server has not yet acknowledged. They outlive the page: kept in storage under their session, sent
 * again in order with the same numbers, so that the server takes each once. Knows no DOM: storage, sending, time come in.
 */
import type { Span } from "./spans";

export interface Report {
  session: string;
  seq: number;
  played: Span[];
  rate: number;
  position: number;
}

/** What the server says it has of this video. */
export interface Answer {
  covered: [number, number][];
  seconds: number;
  fraction: number;
  complete: boolean;
  accepted: number;
  flags: string[];
  needed: number[];
}

/** `later`: the line or the server is away, try again. `never`: this report will not be taken, whatever happens. */
export type Sent = { ok: true; answer: Answer } | { ok: false; again: "later" | "never"; message: string };

export interface Outside {
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
  send: (report: Report, leaving: boolean) => Promise<Sent>;
  wait: (ms: number, act: () => void) => number;
  unwait: (id: number) => void;
}

export interface Listener {
  taken: (answer: Answer, report: Report) => void;
  /** A report could not be sent now; it is kept. */
  held: () => void;
  refused: (message: string) => void;
}

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export class Queue {
  private reports: Report[] = [];
  private seq = 0;
  private sending = false;
  private failures = 0;
  private timer = 0;
  private readonly own: string;

  /** `place` names person and video; reports that earlier pages left there are taken up first. */
  constructor(
    private readonly place: string,
    private readonly session: string,
    private readonly outside: Outside,
    private readonly listener: Listener,
  ) {
    this.own = `${place}.${session}`;
    this.reports = this.leftBehind();
  }

  get isEmpty(): boolean {
    return this.reports.length === 0;
  }

  /** Stretches that are not yet acknowledged. */
  get unsent(): Span[] {
    return this.reports.flatMap((report) => report.played);
  }

  add(played: Span[], rate: number, position: number): void {
    this.seq += 1;
    this.reports.push({ session: this.session, seq: this.seq, played, rate, position });
    this.keep(this.session);
  }

  /** Send what is there, in order. Safe to call at any time. */
  flush(): void {
    this.outside.unwait(this.timer);
    if (!this.sending) void this.drain();
  }

  /** The page goes: send everything at once and expect no answer. What was not taken is sent by the next page. */
  leave(): void {
    for (const report of this.reports) void this.outside.send(report, true).catch(() => undefined);
  }

  private async drain(): Promise<void> {
    this.sending = true;
    for (let report = this.reports[0]; report; report = this.reports[0]) {
      const sent = await this.outside.send(report, false);
      if (!sent.ok && sent.again === "later") {
        this.retry(sent.message);
        break;
      }
      this.failures = 0;
      this.reports.shift();
      this.keep(report.session);
      if (sent.ok) this.listener.taken(sent.answer, report);
      else this.listener.refused(sent.message);
    }
    this.sending = false;
  }

  private retry(message: string): void {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 15000;
    this.failures += 1;
    this.timer = this.outside.wait(wait, () => this.flush());
    this.listener.held();
    if (message) this.listener.refused(message);
  }

  /** Write down what a session still has to send; a full or forbidden storage is no reason to stop. */
  private keep(session: string): void {
    const key = `${this.place}.${session}`;
    const rest = this.reports.filter((report) => report.session === session);
    try {
      if (rest.length) this.outside.storage.setItem(key, JSON.stringify(rest));
      else this.outside.storage.removeItem(key);
    } catch {
      return;
    }
  }

  private leftBehind(): Report[] {
    const found: Report[] = [];
    try {
      const { storage } = this.outside;
      for (let n = 0; n < storage.length; n += 1) {
        const key = storage.key(n);
        if (!key?.startsWith(`${this.place}.`) || key === this.own) continue;
        const kept: unknown = JSON.parse(storage.getItem(key) ?? "[]");
        if (Array.isArray(kept)) found.push(...(kept as Report[]));
      }
    } catch {
      return found;
    }
    return found;
  }
}
