/** Whether what is played can still count: for 90 s after the first second that the server has not acknowledged. */
import type { Line } from "./status";

export const PATIENCE_S = 90;

export class LineWatch {
  private waitingSince: number | null = null;
  private failing = false;
  private stoppedAt: number | null = null;

  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  get isStopped(): boolean {
    return this.stoppedAt !== null;
  }

  /** Something was played that is not yet acknowledged. */
  played(): void {
    this.waitingSince ??= this.now();
  }

  failed(): void {
    this.failing = true;
  }

  acknowledged(allSent: boolean): void {
    this.failing = false;
    this.stoppedAt = null;
    this.waitingSince = allSent ? null : this.now();
  }

  /** What to say now; `position` is where the video is. */
  look(position: number): Line {
    const waited = this.waitingSince === null ? 0 : this.now() - this.waitingSince;
    if (this.stoppedAt === null && waited > PATIENCE_S) this.stoppedAt = position;
    if (this.stoppedAt !== null) return { kind: "stopped", at: this.stoppedAt };
    return this.failing ? { kind: "offline", seconds: Math.floor(waited) } : { kind: "saved" };
  }
}
