/** Whether the line carries what is played: it does not where the picture has stood for too much of the last minute. */

const WITHIN_MS = 60_000;

export class Standing {
  private stood: [at: number, ms: number][] = [];
  private last = -1;
  private lookedAt = Date.now();

  constructor(private readonly video: HTMLVideoElement) {}

  /** Call it a few times a second. `isMeant`: there is something to play, and somebody who wants to see it. */
  look(isMeant: boolean): void {
    const now = Date.now();
    const { currentTime, readyState, paused, ended } = this.video;
    if (isMeant && !paused && !ended && currentTime === this.last && readyState < HTMLMediaElement.HAVE_FUTURE_DATA)
      this.stood.push([now, Math.min(now - this.lookedAt, 1000)]);
    this.stood = this.stood.filter(([at]) => at > now - WITHIN_MS);
    this.last = currentTime;
    this.lookedAt = now;
  }

  /** For how long, in milliseconds. */
  get ms(): number {
    return this.stood.reduce((sum, [, ms]) => sum + ms, 0);
  }

  forget(): void {
    this.stood = [];
  }
}
