/** The player's controls: native elements, so that keyboard and screen reader know them. */
import { clock } from "./spans";

export interface ControlWords {
  play: string;
  pause: string;
  mute: string;
  unmute: string;
  auto: string;
}

const STEP_S = 5;
const LEAP_S = 10;

/** The element, which the template is known to have. */
export function part<Kind extends Element>(root: ParentNode, selector: string): Kind {
  const found = root.querySelector<Kind>(selector);
  if (!found) throw new Error(`The player's template lacks ${selector}`);
  return found;
}

export function startControls(root: HTMLElement, video: HTMLVideoElement, duration: number, words: ControlWords): void {
  const toggle = part<HTMLButtonElement>(root, "[data-toggle]");
  const middle = part<HTMLButtonElement>(root, "[data-middle]");
  const mute = part<HTMLButtonElement>(root, "[data-mute]");
  const full = part<HTMLButtonElement>(root, "[data-full]");
  const player = part<HTMLElement>(root, ".player");
  const seek = part<HTMLInputElement>(root, ".player__seek");
  const rate = part<HTMLSelectElement>(root, "#rate");
  const now = part<HTMLElement>(root, "[data-now]");

  const playOrPause = () => (video.paused ? void video.play().catch(() => undefined) : video.pause());
  const go = (seconds: number) => (video.currentTime = Math.min(Math.max(0, seconds), duration));
  toggle.addEventListener("click", playOrPause);
  middle.addEventListener("click", playOrPause);
  video.addEventListener("click", playOrPause);
  mute.addEventListener("click", () => (video.muted = !video.muted));
  full.addEventListener("click", () => fullScreen(player, video));
  rate.addEventListener("change", () => (video.playbackRate = Number(rate.value)));
  seek.addEventListener("input", () => go(Number(seek.value) / 1000));

  const showPlaying = () => {
    part<HTMLElement>(toggle, '[data-if="paused"]').hidden = !video.paused;
    part<HTMLElement>(toggle, '[data-if="playing"]').hidden = video.paused;
    // What is pressed goes: the keys go on acting.
    if (!video.paused && document.activeElement === middle) player.focus({ preventScroll: true });
    middle.hidden = !video.paused;
    toggle.setAttribute("aria-label", video.paused ? words.play : words.pause);
    root.toggleAttribute("data-playing", !video.paused);
  };
  video.addEventListener("play", showPlaying);
  video.addEventListener("pause", showPlaying);
  video.addEventListener("volumechange", () => {
    mute.setAttribute("aria-pressed", String(video.muted));
    mute.setAttribute("aria-label", video.muted ? words.unmute : words.mute);
  });
  const showTime = () => {
    now.textContent = clock(video.currentTime);
    seek.value = String(Math.round(video.currentTime * 1000));
    seek.setAttribute("aria-valuetext", `${clock(video.currentTime)} / ${clock(duration)}`);
  };
  video.addEventListener("timeupdate", showTime);
  video.addEventListener("seeking", showTime);
  startCaptions(root, video);
  startKeys(player, { k: playOrPause, " ": playOrPause, m: () => mute.click(), f: () => full.click(), c: () => part<HTMLButtonElement>(root, "[data-captions]").click() }, video, go);
}

/** The versions a viewer can choose from; nothing is shown where there is no choice. */
export function showQualities(root: HTMLElement, names: string[], auto: string, choose: (index: number) => void): void {
  const select = part<HTMLSelectElement>(root, "#quality");
  select.replaceChildren(new Option(auto, "-1"), ...names.map((name, index) => new Option(name.toUpperCase(), String(index))));
  select.hidden = names.length < 2;
  select.onchange = () => choose(Number(select.value));
}

function startCaptions(root: HTMLElement, video: HTMLVideoElement): void {
  const button = part<HTMLButtonElement>(root, "[data-captions]");
  const show = () => (button.hidden = video.textTracks.length === 0);
  video.textTracks.addEventListener("addtrack", show);
  show();
  button.addEventListener("click", () => {
    const track = video.textTracks[0];
    if (!track) return;
    track.mode = track.mode === "showing" ? "hidden" : "showing";
    button.setAttribute("aria-pressed", String(track.mode === "showing"));
  });
}

/** Single keys act only while the focus is inside the player (WCAG 2.1.4): a click on the picture or Tab leads there. */
function startKeys(
  player: HTMLElement,
  acts: Record<string, () => void>,
  video: HTMLVideoElement,
  go: (seconds: number) => void,
): void {
  const moves: Record<string, number> = { ArrowLeft: -STEP_S, ArrowRight: STEP_S, j: -LEAP_S, l: LEAP_S };
  player.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    // The button that has the focus is what the space bar presses.
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    const act = acts[event.key.toLowerCase()];
    const move = moves[event.key] ?? moves[event.key.toLowerCase()];
    if (act) act();
    else if (move !== undefined) go(video.currentTime + move);
    else return;
    event.preventDefault();
  });
}

interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function fullScreen(stage: HTMLElement, video: AppleVideo): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  // iPhones let only the video itself fill the screen.
  else if (stage.requestFullscreen) void stage.requestFullscreen().catch(() => undefined);
  else video.webkitEnterFullscreen?.();
}
