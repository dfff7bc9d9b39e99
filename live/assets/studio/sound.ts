/** The microphone into a track that stays the same when the device changes, and how loud it is. */

const BARS = 14;
const HOT_FROM = 12;
const QUIETEST_DB = -60;

export class Sound {
  private context: AudioContext | null = null;
  private out: MediaStreamAudioDestinationNode | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private meter: AnalyserNode | null = null;

  /** The track to record; silent until a microphone is used. */
  track(): MediaStreamTrack {
    const track = this.started().out.stream.getAudioTracks()[0];
    if (!track) throw new Error("No audio track");
    return track;
  }

  use(stream: MediaStream | null): void {
    const { context, out, meter } = this.started();
    this.source?.mediaStream.getTracks().forEach((track) => track.stop());
    this.source?.disconnect();
    this.source = stream && context.createMediaStreamSource(stream);
    this.source?.connect(out);
    this.source?.connect(meter);
    void context.resume();
  }

  /** Bars of 14 that are lit: 60 dB below full scale is none, full scale is all. */
  level(): number {
    if (!this.meter || !this.source) return 0;
    const samples = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const decibels = 20 * Math.log10(Math.max(peak, 1e-6));
    return Math.round(Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB)) * BARS);
  }

  private started(): { context: AudioContext; out: MediaStreamAudioDestinationNode; meter: AnalyserNode } {
    this.context ??= new AudioContext({ sampleRate: 48000 });
    this.out ??= this.context.createMediaStreamDestination();
    if (!this.meter) {
      this.meter = this.context.createAnalyser();
      this.meter.fftSize = 1024;
    }
    return { context: this.context, out: this.out, meter: this.meter };
  }
}

export interface LevelWords {
  silent: string;
  heard: string;
  loud: string;
}

export function showLevel(picture: SVGElement, level: number, words: LevelWords): void {
  picture.querySelectorAll("rect").forEach((bar, at) => {
    bar.classList.toggle("lit", at < level && at < HOT_FROM);
    bar.classList.toggle("hot", at < level && at >= HOT_FROM);
  });
  const says = level === 0 ? words.silent : level > HOT_FROM ? words.loud : words.heard;
  if (picture.getAttribute("aria-label") !== says) picture.setAttribute("aria-label", says);
}
