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
  const player = part<HTMLElement>(root, ".player");
  const playOrPause = () => (video.paused ? acts.play() : video.pause());
  const fullScreen = () => {
    if (document.fullscreenElement) return void document.exitFullscreen();
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
    const isNoMiddle = !video.paused || video.readyState === 0;
    // What is pressed goes: the keys go on acting.
    if (isNoMiddle && document.activeElement === middle) player.focus({ preventScroll: true });
    middle.hidden = isNoMiddle;
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
  const acting: Record<string, () => void> = {
    k: playOrPause,
    " ": playOrPause,
    m: () => (video.muted = !video.muted),
    f: fullScreen,
    j: () => acts.seek(Math.max(0, acts.position() - STEP_S)),
  };
  // Only while the focus is inside the player (WCAG 2.1.4): a click on the picture or Tab leads there.
  player.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLSelectElement) return;
    const act = acting[event.key.toLowerCase()];
    // The button that has the focus is what the space bar presses.
    if (!act || (event.key === " " && target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    act();
  });
}
