/** Plays the finished video on its page in the admin; nothing is counted there. */
import { attach } from "../player/source";

export function startPreview(): void {
  const data = document.getElementById("preview-data");
  const video = document.querySelector<HTMLVideoElement>("[data-preview] video");
  if (!data || !video) return;
  const { source } = JSON.parse(data.textContent ?? "{}") as { source: string };
  const begin = () =>
    attach(video, source, 0, { renew: () => Promise.resolve(source), ready: () => undefined, broken: () => undefined });
  begin();
}
