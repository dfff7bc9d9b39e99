/** The player's controls: native elements, so that keyboard and screen reader know them. */
import { clock, part } from "../shared/page";

export interface ControlWords {
  play: string;
  pause: string;
  mute: string;
  unmute: string;
}

export interface Acts {
  /** Second of the lesson that is shown. */
  position: () => number;
  seek: (second: number) => void;
  play: () => void;
}

const STEP_S = 10;

export function startControls(root: HTMLElement, video: HTMLVideoElement, words: ControlWords, acts: Acts): void {
  const toggle = part<HTMLButtonElement>(root, "[data-toggle]");
  const middle = part<HTMLButtonElement>(root, "[data-middle]");
  const mute = part<HTMLButtonElement>(root, "[data-mute]");
  const seek = part<HTMLInputElement>(root, ".player__seek");
  const playOrPause = () => (video.paused ? acts.play() : video.pause());
  const fullScreen = () => {
    if (document.fullscreenElement) return void document.exitFullscreen();
    const player = part<HTMLElement>(root, ".player");
    if ("requestFullscreen" in player) void player.requestFullscreen();
    // An iPhone knows it of the picture alone.
    else (video as HTMLVideoElement & { webkitEnterFullscreen?: () => void }).webkitEnterFullscreen?.();
  };
  for (const one of [toggle, middle, video]) one.addEventListener("click", playOrPause);
  mute.addEventListener("click", () => (video.muted = !video.muted));
  part(root, "[data-full]").addEventListener("click", fullScreen);
  seek.addEventListener("change", () => acts.seek(Number(seek.value) / 1000));

  const showPlaying = () => {
    part<HTMLElement>(toggle, '[data-if="paused"]').hidden = !video.paused;
    part<HTMLElement>(toggle, '[data-if="playing"]').hidden = video.paused;
    middle.hidden = !video.paused || video.readyState === 0;
    for (const one of [toggle, middle]) one.setAttribute("aria-label", video.paused ? words.play : words.pause);
  };
  for (const event of ["play", "pause", "loadeddata"]) video.addEventListener(event, showPlaying);
  video.addEventListener("volumechange", () => {
    mute.setAttribute("aria-pressed", String(video.muted));
    mute.setAttribute("aria-label", video.muted ? words.unmute : words.mute);
  });
  video.addEventListener("timeupdate", () => {
    const now = acts.position();
    part(root, "[data-now]").textContent = clock(now);
    if (document.activeElement !== seek) seek.value = String(Math.round(now * 1000));
    seek.setAttribute("aria-valuetext", clock(now));
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "k") playOrPause();
    else if (key === "m") video.muted = !video.muted;
    else if (key === "f") fullScreen();
    else if (key === "j") acts.seek(Math.max(0, acts.position() - STEP_S));
  });
}
