/** Microphone, guests and the screen's sound in a track that stays the same whatever is connected, and how loud it is. */

import { hasEnded } from "./devices";

const BARS = 14;
const HOT_FROM = 12;
const QUIETEST_DB = -60;

interface Voice {
  source: MediaStreamAudioSourceNode;
  gain: GainNode;
}

export class Sound {
  private context: AudioContext | null = null;
  private out: MediaStreamAudioDestinationNode | null = null;
  private microphone: MediaStreamAudioSourceNode | null = null;
  private screen: MediaStreamAudioSourceNode | null = null;
  private meter: AnalyserNode | null = null;
  private readonly voices = new Map<number, Voice>();
  private readonly back = new Map<number, MediaStreamAudioDestinationNode>();

  /** The track to record; silent until something is used. */
  track(): MediaStreamTrack {
    const track = this.started().out.stream.getAudioTracks()[0];
    if (!track) throw new Error("No audio track");
    return track;
  }

  /** Another microphone, or none. */
  use(stream: MediaStream | null): void {
    const { meter } = this.started();
    this.microphone?.mediaStream.getTracks().forEach((track) => track.stop());
    this.microphone = this.instead(this.microphone, stream);
    this.microphone?.connect(meter);
    for (const one of this.back.values()) this.microphone?.connect(one);
  }

  /** The sound of a shared screen that is in front, mixed to the voice; null for none. */
  mix(stream: MediaStream | null): void {
    const heard = stream?.getAudioTracks().length ? stream : null;
    if (heard === (this.screen?.mediaStream ?? null)) return;
    this.screen = this.instead(this.screen, heard);
  }

  /** A guest's voice in the lesson's sound and at the other guests' ears, and the host's; null: gone. */
  guest(person: number, stream: MediaStream | null): void {
    const { context, out } = this.started();
    const before = this.voices.get(person);
    before?.source.disconnect();
    before?.gain.disconnect();
    this.voices.delete(person);
    if (!stream?.getAudioTracks().length) {
      if (!stream) this.back.delete(person);
      return;
    }
    const voice = { source: context.createMediaStreamSource(stream), gain: context.createGain() };
    voice.source.connect(voice.gain);
    voice.gain.connect(out);
    voice.gain.connect(context.destination);
    for (const [other, ears] of this.back) if (other !== person) voice.gain.connect(ears);
    this.voices.set(person, voice);
    void context.resume();
  }

  mute(person: number, isMuted: boolean): void {
    const voice = this.voices.get(person);
    if (voice) voice.gain.gain.value = isMuted ? 0 : 1;
  }

  /** What a guest hears: everybody but themselves. */
  backTo(person: number): MediaStream {
    const ears = this.started().context.createMediaStreamDestination();
    this.microphone?.connect(ears);
    for (const [other, voice] of this.voices) if (other !== person) voice.gain.connect(ears);
    this.back.set(person, ears);
    return ears.stream;
  }

  /** Whether the microphone in use has been taken away by the system. */
  isOver(): boolean {
    return hasEnded(this.microphone?.mediaStream ?? null);
  }

  /** Goes on after the system has stopped it. */
  resume(): void {
    void this.context?.resume();
  }

  /** Bars of 14 that are lit: 60 dB below full scale is none, full scale is all. */
  level(): number {
    if (!this.meter || !this.microphone) return 0;
    const samples = new Float32Array(this.meter.fftSize);
    this.meter.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const decibels = 20 * Math.log10(Math.max(peak, 1e-6));
    return Math.round(Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB)) * BARS);
  }

  private instead(before: MediaStreamAudioSourceNode | null, stream: MediaStream | null): MediaStreamAudioSourceNode | null {
    const { context, out } = this.started();
    before?.disconnect();
    const source = stream && context.createMediaStreamSource(stream);
    source?.connect(out);
    void context.resume();
    return source;
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
