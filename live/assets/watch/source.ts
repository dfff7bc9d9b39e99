/** Where the picture comes from: the browser's own HLS where it has one (Safari), hls.js everywhere else. */
import Hls from "hls.js/light";

import { Near } from "./near";

export interface Hooks {
  /** The playlist has been the same for so many milliseconds. */
  still: (ms: number) => void;
  broken: () => void;
  /** The player changes between the whole picture and the small one by itself. */
  switching: () => void;
  /** The picture with little delay is over, or was not to be had at all. */
  farther: (played: boolean) => void;
}

const GOOD_LINE_BITS = 5_000_000;
/** So many segments of the small picture, at so many times what the whole one needs, and the line is a good one again. */
const LOOKS_BACK = 8;
const ENOUGH = 2;
const isApple = navigator.vendor.startsWith("Apple");

/** Plays one address at a time; `play` again replaces it. */
export class Source {
  private hls: Hls | null = null;
  private near: Near | null = null;
  private newest = "";
  private carried: { bits: number; ms: number }[] = [];
  private changedAt = 0;
  /** Where what was opened last begins, until it shows something; null: at its end. */
  private begins: number | null = null;
  private opened = new AbortController();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly hooks: Hooks,
  ) {
    window.setInterval(() => this.changedAt && hooks.still(Date.now() - this.changedAt), 1000);
    video.addEventListener("error", () => !this.hls && !this.near && hooks.broken());
  }

  /** What is on air, a second behind its end; `whole`: the playlist, of several, that is begun with. */
  playLive(address: string, whole: string): void {
    this.open(address, null, whole);
  }

  /** What is on air over a socket, half a second behind. */
  playNear(address: string): void {
    this.close();
    this.begins = null;
    this.near = new Near(this.video, address, {
      over: (played) => {
        this.near = null;
        this.hooks.farther(played);
      },
    });
  }

  /** All there is, from a second on. */
  playFrom(address: string, whole: string, second: number): void {
    this.open(address, second, whole);
  }

  /** The second that is shown, or is about to be. */
  position(): number {
    return this.begins ?? this.video.currentTime;
  }

  /** Fetches nothing more: the picture stands, and stays where it stands, until something is played anew. */
  hold(): void {
    this.near?.close();
    this.hls?.stopLoad();
    this.changedAt = 0;
  }

  /** Whether the player has changed to the small picture by itself. */
  isSmall(): boolean {
    return this.hls?.levels[this.hls.currentLevel]?.uri.endsWith(".s.m3u8") ?? false;
  }

  close(): void {
    this.near?.close();
    this.near = null;
    this.hls?.destroy();
    this.hls = null;
    this.changedAt = 0;
    this.opened.abort();
    this.opened = new AbortController();
  }

  /** Unix time in milliseconds at which the picture shown was taken; null where it is not known. */
  takenAt(): number | null {
    if (this.near) return this.near.takenAt();
    if (this.hls) return this.hls.playingDate?.getTime() ?? null;
    const began = (this.video as HTMLVideoElement & { getStartDate?: () => Date }).getStartDate?.().getTime();
    return began ? began + this.video.currentTime * 1000 : null;
  }

  private open(address: string, second: number | null, whole: string): void {
    this.close();
    this.begins = second;
    // What an earlier one still had to say is not of this one.
    const once = { once: true, signal: this.opened.signal };
    this.video.addEventListener("loadeddata", () => (this.begins = null), once);
    if (isApple ? this.video.canPlayType("application/vnd.apple.mpegurl") : !Hls.isSupported()) {
      this.video.src = address;
      if (second) this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = second), once);
    } else this.openHls(address, second, whole);
  }

  private openHls(address: string, second: number | null, whole: string): void {
    const hls = new Hls({
      startPosition: second ?? -1,
      liveSyncDurationCount: 1,
      liveMaxLatencyDurationCount: 8,
      maxLiveSyncPlaybackRate: 1.1,
      backBufferLength: 60,
      maxBufferLength: 30,
      lowLatencyMode: false,
      // A line is taken for a good one until it shows that it is none.
      abrEwmaDefaultEstimate: GOOD_LINE_BITS,
    });
    this.hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      hls.startLevel = Math.max(0, hls.levels.findIndex((one) => one.uri === new URL(whole, location.href).href));
    });
    hls.on(Hls.Events.LEVEL_SWITCHING, () => this.hooks.switching());
    hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => this.loaded(hls, frag.stats));
    if (second === null) hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => this.changed(`${details.endSN} ${details.live}`));
    hls.on(Hls.Events.ERROR, (_, error) => {
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else this.hooks.broken();
    });
    hls.loadSource(address);
    hls.attachMedia(this.video);
  }

  /**
   * The way back to the whole picture. hls.js weighs what it measures by how long it took: what the line carries quickly
   * hardly counts against what it once carried slowly, and how long the server took to make the small picture counts, too.
   */
  private loaded(hls: Hls, { loaded, loading }: { loaded: number; loading: { first: number; end: number } }): void {
    this.carried = this.isSmall() ? [...this.carried, { bits: loaded * 8, ms: Math.max(1, loading.end - loading.first) }].slice(-LOOKS_BACK) : [];
    if (this.carried.length < LOOKS_BACK) return;
    const bits = this.carried.reduce((sum, one) => sum + one.bits, 0);
    const seconds = this.carried.reduce((sum, one) => sum + one.ms, 0) / 1000;
    if (bits / seconds < ENOUGH * Math.max(...hls.levels.map((one) => one.bitrate))) return;
    this.carried = [];
    hls.bandwidthEstimate = GOOD_LINE_BITS;
  }

  private changed(newest: string): void {
    if (newest === this.newest) return;
    this.newest = newest;
    this.changedAt = Date.now();
  }
}
