/** Where the picture comes from: the browser's own HLS where it has one (Safari), hls.js everywhere else. */
import Hls from "hls.js/light";

export interface Source {
  /** Names of versions, smallest first; empty where the browser chooses by itself. */
  qualities: () => string[];
  /** -1: chosen by the line's speed. */
  choose: (index: number) => void;
}

interface Hooks {
  /** New addresses, when the old ones have run out. */
  renew: () => Promise<string>;
  ready: () => void;
  broken: () => void;
}

const MOST_RECOVERIES = 5;

export function attach(video: HTMLVideoElement, address: string, position: number, hooks: Hooks): Source {
  const native = video.canPlayType("application/vnd.apple.mpegurl") !== "" && navigator.vendor.startsWith("Apple");
  return native || !Hls.isSupported()
    ? attachNative(video, address, position, hooks)
    : attachHls(video, address, position, hooks);
}

function attachNative(video: HTMLVideoElement, address: string, position: number, hooks: Hooks): Source {
  let renewals = 0;
  let failedAt = 0;
  let going = false;
  const load = (from: string, at: number) => {
    video.src = from;
    video.addEventListener("loadedmetadata", () => void (video.currentTime = at), { once: true });
  };
  video.addEventListener("play", () => void (going = true));
  video.addEventListener("pause", () => {
    // What fails is paused by the browser, or is not (Safari): whoever was watching still is.
    if (!video.error) going = false;
  });
  video.addEventListener("timeupdate", () => {
    if (video.currentTime > failedAt + 1) renewals = 0;
  });
  video.addEventListener("error", () => {
    if ((renewals += 1) > MOST_RECOVERIES) return hooks.broken();
    const at = (failedAt = video.currentTime);
    const rate = video.playbackRate;
    hooks.renew().then((from) => {
      load(from, at);
      // A new address leaves the picture standing, and its speed at the usual one.
      video.playbackRate = rate;
      if (going) video.play().catch(() => undefined);
    }, hooks.broken);
  });
  load(address, position);
  return { qualities: () => [], choose: () => undefined };
}

function attachHls(video: HTMLVideoElement, address: string, position: number, hooks: Hooks): Source {
  const hls = new Hls({ startPosition: position, capLevelToPlayerSize: true, maxBufferLength: 30 });
  let recoveries = 0;
  hls.on(Hls.Events.MANIFEST_PARSED, () => hooks.ready());
  hls.on(Hls.Events.FRAG_BUFFERED, () => void (recoveries = 0));
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return;
    if ((recoveries += 1) > MOST_RECOVERIES) return hooks.broken();
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
    const at = video.currentTime;
    // A line that is down, or addresses that have run out: asking for new ones tells which.
    window.setTimeout(() => {
      hooks.renew().then(
        (from) => {
          hls.loadSource(from);
          hls.startLoad(at);
        },
        () => hooks.broken(),
      );
    }, 1000 * recoveries);
  });
  hls.loadSource(address);
  hls.attachMedia(video);
  return {
    qualities: () => hls.levels.map((level) => level.name ?? `${level.height}p`),
    choose: (index) => void (hls.nextLevel = index),
  };
}
