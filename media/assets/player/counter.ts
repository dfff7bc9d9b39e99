/** Counts what is really played: media time that went by while wall-clock time went by, on a clock that never jumps. */
import { united, type Span } from "./spans";

/** How much faster than its speed a video may seem to run between two looks before it counts as a jump. */
const SLACK = 1.25;
const SLACK_S = 0.6;
const EDGE_S = 0.5;
const SLIVER_S = 0.25;

export class Counter {
  private done: Span[] = [];
  private start: number | null = null;
  private last = 0;
  private lastAt = 0;
  /** While true nothing is counted. */
  stopped = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly now: () => number = () => performance.now(),
  ) {
    video.addEventListener("playing", () => this.begin());
    video.addEventListener("timeupdate", () => this.look());
    for (const event of ["seeking", "pause", "waiting", "emptied"]) {
      video.addEventListener(event, () => this.end());
    }
    video.addEventListener("ended", () => this.finish());
  }

  /** Stretches since the last call, in playing order; goes on counting. */
  take(): Span[] {
    this.look();
    const taken = this.done;
    this.done = [];
    if (this.start !== null && this.last > this.start) {
      taken.push([this.start, this.last]);
      this.start = this.last;
    }
    return united(taken).length === taken.length ? taken : united(taken);
  }

  /** What would be taken now. */
  get pending(): Span[] {
    return this.start !== null && this.last > this.start ? [...this.done, [this.start, this.last]] : [...this.done];
  }

  /** Where to go on later: the end of what was counted last, if that is where the video is. */
  get position(): number {
    const at = this.video.currentTime;
    return Math.abs(at - this.last) < SLIVER_S ? this.last : at;
  }

  /** Forget what is counted and not yet taken. */
  drop(): void {
    this.done = [];
    if (this.start !== null) this.start = this.last;
  }

  private begin(): void {
    if (this.start !== null) return;
    const at = this.video.currentTime;
    // A pause lands a few milliseconds after the last look, and "playing" is told late: what goes on where another
    // stretch ended, of this sitting or of one before, leaves no sliver uncounted between them.
    const resumed = at > this.last && at - this.last < SLIVER_S;
    this.start = at < EDGE_S ? 0 : resumed ? this.last : at;
    this.last = at;
    this.lastAt = this.now();
  }

  private look(): void {
    if (this.start === null) return;
    const at = this.video.currentTime;
    const now = this.now();
    const moved = at - this.last;
    const possible = ((now - this.lastAt) / 1000) * this.video.playbackRate * SLACK + SLACK_S;
    if (this.stopped || moved < 0 || moved > possible || this.video.seeking) {
      this.close();
      this.start = at;
    }
    this.last = at;
    this.lastAt = now;
  }

  private end(): void {
    // While seeking, currentTime is where we go, not where we were.
    if (!this.video.seeking) this.look();
    this.close();
    this.start = null;
    // What is played after the jump begins where it went, not where the first look finds it.
    if (this.video.seeking) this.last = this.video.currentTime;
  }

  private finish(): void {
    if (this.start !== null && !this.stopped) {
      const length = this.video.duration;
      if (length - this.last < EDGE_S) this.last = length;
    }
    this.close();
    this.start = null;
  }

  private close(): void {
    if (this.start !== null && this.last > this.start && !this.stopped) this.done.push([this.start, this.last]);
  }
}
