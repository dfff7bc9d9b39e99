/** One run of the browser's recorder. Its bit rate cannot be changed while it runs: another level is another run. */
import type { Recording } from "./outbox";
import { FPS } from "./picture";
import type { Level } from "./rate";

/** What can be passed on as it is comes first; see the server's list of formats. */
const MIMES = [
  "video/x-matroska;codecs=avc1,opus",
  "video/webm;codecs=avc1,opus",
  "video/webm;codecs=h264,opus",
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4;codecs=avc1,opus",
  "video/webm;codecs=vp8,opus",
];
const SLICE_MS = 100;

export function format(): string | undefined {
  return typeof MediaRecorder === "undefined"
    ? undefined
    : MIMES.find((mime) => MediaRecorder.isTypeSupported(mime));
}

export class Run implements Recording {
  readonly atMs = performance.now();
  readonly fps: number;
  /** All that was recorded has been given. */
  readonly over: Promise<void>;
  private readonly recorder: MediaRecorder;

  /** `after`: what the former run recorded is given first. `broken`: nothing more comes, or a hole would. */
  constructor(
    readonly number: number,
    stream: MediaStream,
    level: Level,
    after: Promise<void>,
    give: (run: Run, bytes: Uint8Array<ArrayBuffer>) => void,
    broken: () => void,
  ) {
    this.fps = Math.max(1, Math.round(FPS / level.every));
    const options: MediaRecorderOptions & { videoKeyFrameIntervalDuration: number } = {
      videoBitsPerSecond: level.videoBits,
      audioBitsPerSecond: level.audioBits,
      videoKeyFrameIntervalDuration: level.keyframeMs,
    };
    const mimeType = format();
    this.recorder = new MediaRecorder(stream, mimeType ? { ...options, mimeType } : options);
    // A blob becomes bytes later: each waits for the one before it, or they would arrive out of order.
    let before = after;
    this.recorder.addEventListener("dataavailable", (event) => {
      if (!event.data.size) return;
      before = before.then(async () => give(this, new Uint8Array(await event.data.arrayBuffer())));
      // What follows a piece that cannot be read is worth nothing without it.
      before.catch(broken);
    });
    this.recorder.addEventListener("error", broken);
    this.over = new Promise((resolve) =>
      this.recorder.addEventListener("stop", () => resolve(before.catch(() => undefined)), { once: true }),
    );
    this.recorder.start(SLICE_MS);
  }

  stop(): Promise<void> {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    return this.over;
  }
}
