/** Cameras, microphones and screens of this machine. */

async function shown(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  return video;
}

/** The camera with this id, or whichever the browser takes; rejects when it may not be used. */
export async function openCamera(id: string): Promise<HTMLVideoElement> {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } };
  return shown(await navigator.mediaDevices.getUserMedia({ video: id ? { ...size, deviceId: { exact: id } } : size }));
}

export async function openMicrophone(id: string): Promise<MediaStream> {
  const clean = { noiseSuppression: true, echoCancellation: true, autoGainControl: true };
  return navigator.mediaDevices.getUserMedia({ audio: id ? { ...clean, deviceId: { exact: id } } : clean });
}

/** A screen, a window or a tab, with its sound where the browser gives it; `ended` when its own button stops it. */
export async function openScreen(ended: () => void): Promise<HTMLVideoElement> {
  // The sound of a film is to stay as it is: what cleans a voice spoils it.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 25 } }, audio });
  stream.getVideoTracks()[0]?.addEventListener("ended", ended);
  return shown(stream);
}

export function stopTracks(video: HTMLVideoElement | null): void {
  (video?.srcObject as MediaStream | null)?.getTracks().forEach((track) => track.stop());
}

/** Whether the system has taken a device away: phones do from a page that is out of sight. */
export function hasEnded(stream: MediaStream | null): boolean {
  return stream?.getTracks().some((track) => track.readyState === "ended") ?? false;
}

/** Fills the lists of devices; their names are known once one of a kind may be used. */
export async function devicesInto(root: HTMLElement): Promise<void> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  root.querySelectorAll<HTMLSelectElement>("[data-devices]").forEach((list) => {
    const before = list.value;
    const own = devices.filter((one) => one.kind === list.dataset["devices"]);
    list.replaceChildren(...own.map((one, at) => new Option(one.label || `${at + 1}`, one.deviceId)));
    if (own.some((one) => one.deviceId === before)) list.value = before;
  });
}
