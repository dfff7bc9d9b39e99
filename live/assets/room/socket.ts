/** A page's line to a room: opened by a ticket, mended when it breaks, everything that is a row heard once. */
import { freshId } from "../shared/page";

export interface RoomData {
  ticket: string;
  /** Its path. */
  socket: string;
  /** Where a new ticket is given. */
  renew: string;
}

export interface Message {
  type: string;
  /** Of a message that is a row: its place in the one order of all. */
  seq?: number;
  [field: string]: unknown;
}

/** What the picture does: said every BEAT_MS. */
export interface Beat {
  playing: boolean;
  position_s: number | null;
  hidden: boolean;
}

/** "open"; "lost", being mended; "out", for good: `message` says why. */
export type LineState = "open" | "lost" | "out";

/** What the server said no to, in the reader's language. */
export class No extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Waiting {
  done: () => void;
  no: (why: No) => void;
}

const BEAT_MS = 15_000;
/** Thousands come back in the same moment when a server was restarted. */
const JITTER_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;
const MOST_SEEN = 2000;
const TICKET_OVER = 4401;
const TOO_MANY = 4429;
/** Coming back would end the same: not for this person, no such room, another page has this place. */
const FINAL = [4403, 4404, 4409];

export class RoomSocket {
  private socket: WebSocket | null = null;
  private readonly connection = freshId();
  private readonly handlers = new Map<string, ((message: Message) => void)[]>();
  private readonly waiting = new Map<number, Waiting>();
  private readonly seen = new Set<number>();
  private ref = 0;
  private tries = 0;
  private timer = 0;
  private lastWords = "";

  /**
   * `since`: the newest row that the page shows already, and later ones come by themselves; null where it shows none
   * yet and asks for the room's state.
   */
  constructor(
    private readonly data: RoomData,
    private since: number | null,
    private readonly changed: (state: LineState, message: string) => void,
    private readonly beat: (() => Beat) | null = null,
  ) {
    window.setInterval(() => this.isDead() || this.sendBeat(), BEAT_MS);
    window.addEventListener("online", () => this.socket === null && this.again(1000));
    window.addEventListener("pagehide", () => this.socket?.close(1000));
    window.addEventListener("pageshow", (event) => event.persisted && this.again(0));
    this.connect();
  }

  /** Be told of messages of a type. */
  on(type: string, handler: (message: Message) => void): void {
    this.handlers.set(type, [...(this.handlers.get(type) ?? []), handler]);
  }

  /** Ask for an act; settles when the server has done it, or with a `No`. Nothing is kept for later while the line is down. */
  ask(type: string, fields: Record<string, unknown> = {}): Promise<void> {
    return new Promise((done, no) => {
      if (this.socket?.readyState !== WebSocket.OPEN) return no(new No("offline", ""));
      const ref = ++this.ref;
      this.waiting.set(ref, { done, no });
      this.socket.send(JSON.stringify({ ...fields, type, ref }));
    });
  }

  /** Say something that needs no answer. */
  say(type: string, fields: Record<string, unknown> = {}): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ ...fields, type }));
  }

  private connect(): void {
    const address = new URL(this.data.socket, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.search = new URLSearchParams({ ticket: this.data.ticket, connection: this.connection }).toString();
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.lastWords = "";
      if (this.since !== null) this.say("hello", { since: this.since });
      this.sendBeat();
      this.changed("open", "");
    });
    socket.addEventListener("message", (event) => {
      this.tries = 0;
      for (const message of JSON.parse(event.data as string) as Message[]) this.take(message);
    });
    socket.addEventListener("close", (event) => this.socket === socket && void this.closed(event.code));
  }

  private take(message: Message): void {
    // The room as it was at a row: no row itself, and right however often it comes.
    if (message.type === "state") this.since = message.seq ?? 0;
    else if (message.seq !== undefined) {
      if (this.seen.has(message.seq)) return;
      this.seen.add(message.seq);
      if (this.seen.size > MOST_SEEN) this.seen.delete(this.seen.values().next().value as number);
      if (this.since !== null) this.since = Math.max(this.since, message.seq);
    }
    if (message.type === "no") this.lastWords = String(message.message);
    const waits = typeof message.ref === "number" ? this.waiting.get(message.ref) : undefined;
    if (waits) {
      this.waiting.delete(message.ref as number);
      if (message.type === "done") return waits.done();
      return waits.no(new No(String(message.code), String(message.message)));
    }
    for (const handler of this.handlers.get(message.type) ?? []) handler(message);
  }

  private async closed(code: number): Promise<void> {
    this.socket = null;
    for (const waits of this.waiting.values()) waits.no(new No("offline", ""));
    this.waiting.clear();
    if (FINAL.includes(code)) return this.changed("out", this.lastWords);
    this.changed("lost", this.lastWords);
    if (code === TICKET_OVER && !(await this.renewed())) return this.changed("out", this.lastWords);
    const most = Math.min(JITTER_MS * 1.5 ** this.tries, LONGEST_WAIT_MS);
    this.tries += 1;
    this.again(code === TOO_MANY ? LONGEST_WAIT_MS + Math.random() * JITTER_MS : Math.random() * most);
  }

  private again(afterMs: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.socket ?? this.connect(), afterMs);
  }

  /** Get a new ticket; false where the rules say no. A server that does not answer is asked again with the next try. */
  private async renewed(): Promise<boolean> {
    try {
      const answer = await fetch(this.data.renew, { credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500)) return false;
      if (answer.ok) this.data.ticket = ((await answer.json()) as RoomData).ticket;
    } catch {
      // Tried again.
    }
    return true;
  }

  /** What was said a beat ago has not left: the line is dead, though nothing says so yet. It is then given up. */
  private isDead(): boolean {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount === 0) return false;
    socket.close();
    this.socket = null;
    void this.closed(1006);
    return true;
  }

  private sendBeat(): void {
    if (this.beat) this.say("beat", { ...this.beat() });
  }
}
