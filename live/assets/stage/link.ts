/**
 * A line between two browsers for picture and sound. Whoever stands on stage only knows `Link`: a conversation server
 * (LiveKit) can stand behind the same three calls, publishing `own` to it and handing over what it subscribes to.
 */
import type { Room } from "../room/room";
import type { Message } from "../room/socket";

export interface Link {
  /** Send our own stream. Resolves once the two are connected. */
  open(own: MediaStream): Promise<void>;
  /** What the other sends; told again whenever it changes. */
  onStream: (stream: MediaStream) => void;
  /** The line is gone for good. */
  onLost: () => void;
  close(): void;
}

/** The server's limits on a frame; see live/frames/stage.py. */
const PART_CHARS = 2000;
/** Ways to us are found within this time, and where there is a relay not before it has answered or this is over. */
const GATHER_MS = 2000;
const RELAY_MS = 8000;
const CONNECT_MS = 20_000;
const LOOK_MS = 50;

interface Said {
  kind: RTCSdpType;
  sdp: string;
}

/** WebRTC straight from browser to browser; the descriptions go over the room's socket, in parts. */
export class PeerLink implements Link {
  onStream: (stream: MediaStream) => void = () => undefined;
  onLost: () => void = () => undefined;
  private readonly peer: RTCPeerConnection;
  private readonly parts = new Map<number, string[]>();
  private number = 0;
  private heard: Said | null = null;
  private hear: ((said: Said) => void) | null = null;
  private awaitsRelay: boolean;

  constructor(
    private readonly room: Room,
    private readonly seat: string,
    private readonly isGuest: boolean,
    ice: RTCIceServer[],
  ) {
    this.peer = new RTCPeerConnection({ iceServers: ice });
    this.awaitsRelay = ice.some((one) => one.credential);
    this.peer.addEventListener("icecandidate", (event) => {
      if (event.candidate?.type === "relay") this.awaitsRelay = false;
    });
    this.peer.addEventListener("track", (event) => event.streams[0] && this.onStream(event.streams[0]));
    this.peer.addEventListener("connectionstatechange", () => {
      if (this.peer.connectionState === "failed") this.onLost();
    });
  }

  async open(own: MediaStream): Promise<void> {
    own.getTracks().forEach((track) => this.peer.addTrack(track, own));
    if (this.isGuest) {
      await this.peer.setLocalDescription(await this.peer.createOffer());
      await this.send();
      await this.peer.setRemoteDescription(await this.next("answer"));
    } else {
      await this.peer.setRemoteDescription(await this.next("offer"));
      await this.peer.setLocalDescription(await this.peer.createAnswer());
      await this.send();
    }
  }

  /** A message of the room about this seat. */
  take(message: Message): void {
    const { number, part, parts, text } = message as unknown as { number: number; part: number; parts: number; text: string };
    const got = this.parts.get(number) ?? [];
    this.parts.set(number, got);
    got[part] = text;
    if (got.filter((one) => one !== undefined).length < parts) return;
    this.parts.delete(number);
    this.heard = JSON.parse(got.join("")) as Said;
    this.hear?.(this.heard);
  }

  close(): void {
    this.peer.close();
  }

  /** Our description with every way to us that was found: one message, nothing that could come in the wrong order. */
  private async send(): Promise<void> {
    const begun = Date.now();
    const enough = () => {
      if (this.peer.iceGatheringState === "complete") return true;
      const waited = Date.now() - begun;
      return waited > (this.awaitsRelay ? RELAY_MS : GATHER_MS);
    };
    while (!enough()) await new Promise((resolve) => window.setTimeout(resolve, LOOK_MS));
    const { type, sdp } = this.peer.localDescription ?? { type: "offer", sdp: "" };
    const text = JSON.stringify({ kind: type, sdp });
    const parts = Math.ceil(text.length / PART_CHARS);
    const number = (this.number += 1);
    for (let part = 0; part < parts; part += 1) {
      const piece = text.slice(part * PART_CHARS, (part + 1) * PART_CHARS);
      this.room.tell("stage.signal", { seat: this.seat, number, part, parts, text: piece });
    }
  }

  private async next(kind: RTCSdpType): Promise<RTCSessionDescriptionInit> {
    const said = await new Promise<Said>((resolve, reject) => {
      this.hear = resolve;
      if (this.heard) resolve(this.heard);
      window.setTimeout(() => reject(new Error("timeout")), CONNECT_MS);
    });
    this.heard = null;
    return { type: kind, sdp: said.sdp };
  }
}
