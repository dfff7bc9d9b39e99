/** Keeps the screen of a phone on for as long as that is wanted; where the browser cannot, nothing happens. */
export class Awake {
  private lock: WakeLockSentinel | null = null;
  private wanted = false;
  private asking = false;

  constructor() {
    // The browser takes it back whenever the page is out of sight.
    document.addEventListener("visibilitychange", () => void this.take());
  }

  want(wanted: boolean): void {
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    if (wanted) void this.take();
    else this.release();
  }

  private async take(): Promise<void> {
    if (!this.wanted || this.asking || document.hidden || this.lock?.released === false) return;
    this.asking = true;
    try {
      this.lock = await navigator.wakeLock.request("screen");
    } catch {
      // Unknown to the browser, or refused because the battery is low: the screen goes off as ever.
      this.lock = null;
    }
    this.asking = false;
    if (!this.wanted) this.release();
  }

  private release(): void {
    void this.lock?.release();
    this.lock = null;
  }
}
