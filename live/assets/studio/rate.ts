/** How much of the picture the line carries: lower at once when it falls behind, higher slowly when it keeps up. */

export interface Level {
  videoBits: number;
  audioBits: number;
  /** Lines of the picture at most; 0: as it is drawn. */
  height: number;
  /** Every how many pictures one is sent. */
  every: number;
  /** Whether cameras are in it. Without them, slides, board and screen are left, and a card where there is none. */
  cameras: boolean;
  keyframeMs: number;
}

/** From the whole picture down to sound with slides. A level needs half of what the one above it does, or less. */
export const LEVELS: readonly [Level, ...Level[]] = [
  { videoBits: 1_500_000, audioBits: 64_000, height: 0, every: 1, cameras: true, keyframeMs: 1000 },
  { videoBits: 700_000, audioBits: 64_000, height: 0, every: 1, cameras: true, keyframeMs: 1000 },
  { videoBits: 300_000, audioBits: 48_000, height: 360, every: 2, cameras: true, keyframeMs: 1000 },
  { videoBits: 120_000, audioBits: 32_000, height: 270, every: 4, cameras: true, keyframeMs: 2000 },
  { videoBits: 30_000, audioBits: 24_000, height: 270, every: 12, cameras: false, keyframeMs: 2000 },
];

/** So old what waits becomes on a line that carries less than is recorded; a jitter stays below it. */
const BEHIND_S = 2.5;
/** A line that is far too slow is left with less to bring. */
const FAR_BEHIND_S = 1.6;
/** So old it is on a line that keeps up: the server says twice a second what it has. */
const CALM_S = 1.2;
/** A level must leave this much of the line, or what waits would never be sent. */
const SHARE = 0.8;
const MEASURED = 3;
const MEASURED_FAR = 2;
/** What was recorded before the last change still has to go. */
const SETTLE_S = 5;
/** After so long a calm line is trusted with a level more; twice as long after each time that level was too much. */
const PATIENCE_S = 20;
const MOST_PATIENCE_S = 320;
/** A level that holds for so long was not too much. */
const PROVEN_S = 60;

/** A line that carries nearly all that is recorded is late, not slow. */
const NEARLY = 0.95;

/** Of a time in which there was something to send: its length, and the bytes that came and that were recorded. */
interface Second {
  tookS: number;
  came: number;
  recorded: number;
}

const bits = (level: Level) => level.videoBits + level.audioBits;
const sum = (found: Second[], of: keyof Second) => found.reduce((so_far, one) => so_far + one[of], 0);

export class Rate {
  private at = 0;
  private seconds: Second[] = [];
  private arrived = 0;
  private recorded = 0;
  private tickedS = 0;
  private changedS = -Infinity;
  private raisedS = -Infinity;
  private calmSinceS = 0;
  /** By the level that is tried. */
  private readonly patienceS = LEVELS.map(() => PATIENCE_S);

  get level(): Level {
    return LEVELS[this.at] ?? LEVELS[0];
  }

  get isWhole(): boolean {
    return this.at === 0;
  }

  get isLeast(): boolean {
    return this.at === LEVELS.length - 1;
  }

  /**
   * Once a second. `waitsS`: how old the oldest is that the server does not have; `arrived`, `recorded`: bytes that it
   * has had, and that there were, so far. Whether the level is another one now.
   */
  tick(nowS: number, waitsS: number, arrived: number, recorded: number): boolean {
    const second = { tookS: nowS - this.tickedS, came: arrived - this.arrived, recorded: recorded - this.recorded };
    [this.tickedS, this.arrived, this.recorded] = [nowS, arrived, recorded];
    if (waitsS < CALM_S) return this.calm(nowS);
    this.calmSinceS = nowS;
    // A second in which nothing came is a cut, not a measure. Else what comes is all that the line carries.
    if (second.came > 0 && second.tookS > 0) this.seconds = [...this.seconds, second].slice(-MEASURED);
    const measured = this.seconds.length;
    if (waitsS < FAR_BEHIND_S || measured < MEASURED_FAR || nowS - this.changedS < SETTLE_S) return false;
    const came = sum(this.seconds, "came");
    if (came >= NEARLY * sum(this.seconds, "recorded")) return false;
    const carried = (came * 8) / sum(this.seconds, "tookS");
    const fits = LEVELS.findIndex((one) => bits(one) <= SHARE * carried);
    const wanted = fits < 0 ? LEVELS.length - 1 : fits;
    const isFar = wanted > this.at + 1;
    if (wanted <= this.at || (!isFar && (waitsS < BEHIND_S || measured < MEASURED))) return false;
    if (nowS - this.raisedS < PROVEN_S) this.patienceS[this.at] = Math.min(2 * this.patience(this.at), MOST_PATIENCE_S);
    return this.change(nowS, wanted);
  }

  /** Another line: what the last one carried tells nothing of it. */
  anew(): void {
    this.seconds = [];
  }

  private calm(nowS: number): boolean {
    this.seconds = [];
    if (this.changedS === this.raisedS && nowS - this.raisedS > PROVEN_S) this.patienceS[this.at] = PATIENCE_S;
    if (!this.at || nowS - this.calmSinceS < this.patience(this.at - 1)) return false;
    this.raisedS = this.calmSinceS = nowS;
    return this.change(nowS, this.at - 1);
  }

  private patience(level: number): number {
    return this.patienceS[level] ?? PATIENCE_S;
  }

  private change(nowS: number, level: number): boolean {
    this.at = level;
    this.changedS = nowS;
    this.seconds = [];
    return true;
  }
}
