/** What was recorded and the server does not have yet: numbered, kept until it says that it came, sent again if not. */

/** A run of the recorder. All of it can be played from its first byte on, and nothing of it without. */
export interface Recording {
  number: number;
  /** When it began, on this page's own clock (performance.now()). */
  atMs: number;
  fps: number;
}

interface Piece {
  recording: Recording;
  /** Where it lies in its recording, in bytes. */
  from: number;
  bytes: Uint8Array<ArrayBuffer>;
  atMs: number;
}

/** Small enough that a line of 32 kbit/s brings one a second: so what comes can be measured. */
const PIECE_BYTES = 4096;
/** More than that is not put into the line at once: what is said beside the picture does not wait behind all of it. */
const MOST_IN_LINE = 256 * 1024;
/**
 * What may wait: a minute of the whole picture. Cuts and changes of network are shorter, a phone has the memory, and a
 * lesson that trails the one who gives it by more would hardly be one.
 */
const MOST_S = 60;
const MOST_BYTES = 16_000_000;

export class Outbox {
  /** Bytes that the server has had, over all lines. */
  arrived = 0;
  private readonly pieces: Piece[] = [];
  private bytes = 0;
  private next = 0;
  /** The recording that the server takes what is sent for. */
  private current = 0;
  /** The newest recording of which something was put, and how long it is. */
  private newest = 0;
  private length = 0;
  /** Of recordings up to this one nothing is worth anything any more. */
  private lost = 0;

  put(recording: Recording, data: Uint8Array<ArrayBuffer>): void {
    if (recording.number <= this.lost) return;
    if (recording.number !== this.newest) [this.newest, this.length] = [recording.number, 0];
    for (let at = 0; at < data.length; at += PIECE_BYTES) {
      const bytes = data.subarray(at, at + PIECE_BYTES);
      this.pieces.push({ recording, from: this.length, bytes, atMs: performance.now() });
      this.length += bytes.length;
      this.bytes += bytes.length;
    }
  }

  /** Bytes of all that was put and not given up. */
  get recorded(): number {
    return this.arrived + this.bytes;
  }

  /** How old the oldest is that waits. */
  waitsS(): number {
    const [oldest] = this.pieces;
    return oldest ? (performance.now() - oldest.atMs) / 1000 : 0;
  }

  get isEmpty(): boolean {
    return !this.pieces.length;
  }

  /** All is in the line; some of it may not have come yet. */
  get isSent(): boolean {
    return this.next >= this.pieces.length;
  }

  get isFull(): boolean {
    return this.bytes > MOST_BYTES || this.waitsS() > MOST_S;
  }

  /** Nothing of what was put is to be sent, nor what else may come of those recordings. */
  clear(): void {
    this.lost = this.newest;
    this.drop(this.pieces.length);
  }

  /** The server has a recording up to there, and all before it. */
  came(recording: number, bytes: number): void {
    const first = this.pieces.findIndex(
      (one) => one.recording.number > recording || (one.recording.number === recording && one.from >= bytes),
    );
    const count = first < 0 ? this.pieces.length : first;
    this.arrived += this.pieces.slice(0, count).reduce((sum, one) => sum + one.bytes.length, 0);
    this.drop(count);
  }

  /** A line begins; the server goes on with a recording from there, or with none (0) where it knows none any more. */
  begin(recording: number, bytes: number): void {
    if (recording) this.came(recording, bytes);
    this.next = 0;
    this.current = recording;
    // What has lost its beginning can be played by nobody.
    const [head] = this.pieces;
    if (!head || !head.from || head.recording.number === recording) return;
    this.lost = head.recording.number;
    const rest = this.pieces.findIndex((one) => one.recording !== head.recording);
    this.drop(rest < 0 ? this.pieces.length : rest);
  }

  /** Put into the line what it takes now. Whether anything was. */
  send(socket: WebSocket): boolean {
    const before = this.next;
    while (this.next < this.pieces.length && socket.bufferedAmount < MOST_IN_LINE) {
      const piece = this.pieces[this.next];
      if (!piece) break;
      if (piece.recording.number !== this.current) {
        const { number, atMs, fps } = piece.recording;
        socket.send(JSON.stringify({ type: "recording", number, at_ms: atMs, fps }));
        this.current = number;
      }
      socket.send(piece.bytes);
      this.next += 1;
    }
    return this.next > before;
  }

  private drop(count: number): void {
    for (const one of this.pieces.splice(0, count)) this.bytes -= one.bytes.length;
    this.next = Math.max(0, this.next - count);
  }
}
