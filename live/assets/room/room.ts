/** What a room's page knows, kept in step with the server; panels are told when a part of it has changed. */
import { problem } from "@lms/tell";

import { filled, freshId } from "../shared/page";
import type { Chat, Countdown, HandedFile, Hosts, PanelData, Prompt, Question, Settings, Standing, State, Tally } from "./kinds";
import { No, RoomSocket, type Beat, type LineState, type Message, type RoomData } from "./socket";

const MOST_CHAT = 200;
/** A line that is down is back within this time, or people are told that what they sent has not gone. */
const KEEP_TRYING_MS = 60_000;
const AGAIN_MS = 1500;

export type Part = "chat" | "questions" | "prompts" | "hand" | "files" | "countdown" | "settings" | "hosts" | "line" | "muted" | "mine" | "over";

const NOBODY: Hosts = { private: [], tallies: [], random_signins: 0, mutes: [], reports: [], filtered: [], hands: [] };

export class Room {
  readonly chat = new Map<number, Chat>();
  readonly questions = new Map<number, Question>();
  readonly prompts = new Map<string, Prompt>();
  readonly tallies = new Map<string, Tally>();
  readonly files = new Map<string, HandedFile>();
  readonly votes = new Set<number>();
  readonly answers = new Map<string, number[]>();
  /** Keys of what this page wrote: how it knows its own. */
  readonly ownKeys = new Set<string>();
  hand = { up: false, called: false };
  /** Whether one was muted, and until when; null: for the whole lesson. See `muted`. */
  private mute: { on: boolean; until: number | null } = { on: false, until: null };
  taste = { barrage: true, reactions: true };
  countdown: Countdown = { until: null, words: "" };
  settings: Settings = { slow_s: 0, approve_first: true };
  hosts: Hosts = NOBODY;
  /** How one stands, as of the last answer. */
  standing: Standing | null = null;
  isOver = false;
  line: LineState = "lost";
  lineWords = "";
  readonly isStaff: boolean;
  private ready = false;
  private ahead = 0;
  private early: Message[] = [];
  /** What is done with each kind of message, and which part it changes. */
  private readonly kept: Record<string, (message: never) => Part>;
  private readonly socket: RoomSocket;
  private readonly told = new Map<Part, (() => void)[]>();

  constructor(
    data: RoomData,
    readonly panel: PanelData,
    beat: (() => Beat) | null,
  ) {
    this.isStaff = panel.role !== "learner";
    this.socket = new RoomSocket(data, null, (state, words) => this.lineIs(state, words), beat);
    this.socket.on("state", (message) => this.take(message as unknown as State));
    this.socket.on("stale", () => this.askState());
    this.kept = this.keeping();
    for (const [type, take] of Object.entries(this.kept)) {
      this.socket.on(type, (message) => {
        if (!this.ready) this.early.push(message);
        this.changed(take(message as never));
      });
    }
  }

  word(key: string): string {
    return this.panel.words[key] ?? "";
  }

  /** So many people, in words. */
  people(count: number): string {
    return filled(this.word(count === 1 ? "person" : "people"), { count: String(count) });
  }

  /** Whether one may not write now. */
  get muted(): boolean {
    return this.mute.on && (this.mute.until === null || this.now() < this.mute.until);
  }

  /** When one may write again; null where nobody knows. */
  get mutedUntil(): number | null {
    return this.muted ? this.mute.until : null;
  }

  /** The server's clock. */
  now(): number {
    return Date.now() + this.ahead;
  }

  /** Be told when one of these parts has changed. */
  on(parts: Part[], show: () => void): void {
    for (const one of parts) this.told.set(one, [...(this.told.get(one) ?? []), show]);
  }

  /** Be told of messages that nothing keeps. */
  hear(type: string, handler: (message: Message) => void): void {
    this.socket.on(type, handler);
  }

  /** Say something that is not tried again. */
  tell(type: string, fields: Record<string, unknown> = {}): void {
    this.socket.say(type, fields);
  }

  /** The lesson has ended: the room stays, what is counted does not change any more. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.changed("over");
  }

  /**
   * Ask for an act, again while the line is down; false where it was refused, which people are told: at the head of
   * the page, or by `refused` where what was refused has a place of its own.
   */
  async ask(
    type: string,
    fields: Record<string, unknown> = {},
    { untilMs = Date.now() + KEEP_TRYING_MS, refused = problem }: { untilMs?: number; refused?: (message: string) => void } = {},
  ): Promise<boolean> {
    for (;;) {
      try {
        await this.socket.ask(type, fields);
        return true;
      } catch (error) {
        if (!(error instanceof No)) throw error;
        const isAway = error.code === "offline" || error.code === "busy";
        if (!isAway || Date.now() > untilMs) {
          refused(isAway ? this.word("notSent") : error.message);
          return false;
        }
        await new Promise((go) => window.setTimeout(go, AGAIN_MS));
      }
    }
  }

  /** A key that makes trying again harmless, remembered as one's own. */
  key(): string {
    const made = freshId();
    this.ownKeys.add(made);
    return made;
  }

  private lineIs(state: LineState, words: string): void {
    this.line = state;
    this.lineWords = words;
    if (state === "open" && !this.ready) this.askState();
    this.changed("line");
  }

  private askState(): void {
    this.ready = false;
    this.early = [];
    // Not awaited: the answer is a message, and a line that breaks asks again when it is back.
    void this.socket.ask("state").catch((error: unknown) => {
      if (error instanceof No && error.code !== "offline") window.setTimeout(() => this.askState(), AGAIN_MS * (1 + Math.random()));
    });
  }

  private keeping(): Record<string, (message: never) => Part> {
    return {
      chat: (one: Chat) => this.addChat(one),
      "chat.gone": (one: Chat) => (this.chat.delete(one.id), "chat"),
      "chat.filtered": (one: Chat) => this.addFiltered(one),
      question: (one: Question) => this.setQuestion(one),
      "question.gone": (one: Question) => this.dropQuestion(one),
      votes: (one: Question) => this.setVotes(one),
      voted: (one: Question) => (this.votes.add(one.id), "questions"),
      prompt: (one: Prompt) => (this.prompts.set(one.id, one), "prompts"),
      tally: (one: Tally) => (this.tallies.set(one.id, one), "prompts"),
      answered: (one: { id: string; choice: number[] }) => (this.answers.set(one.id, one.choice), "prompts"),
      hand: (one: Room["hand"]) => ((this.hand = { up: one.up, called: one.called }), "hand"),
      hands: (one: Pick<Hosts, "hands">) => ((this.hosts = { ...this.hosts, hands: one.hands }), "hosts"),
      "looked-after": (one: Pick<Hosts, "mutes" | "reports">) =>
        ((this.hosts = { ...this.hosts, mutes: one.mutes, reports: one.reports }), "hosts"),
      random: (one: { count: number }) => ((this.hosts = { ...this.hosts, random_signins: one.count }), "hosts"),
      mine: (one: Standing) => ((this.standing = one), "mine"),
      muted: (one: { is_muted: boolean; until: number | null }) => ((this.mute = { on: one.is_muted, until: one.until }), "muted"),
      countdown: (one: Countdown) => ((this.countdown = one), "countdown"),
      settings: (one: Settings) => ((this.settings = one), "settings"),
      file: (one: HandedFile) => (this.files.set(one.id, one), "files"),
      "file.gone": (one: HandedFile) => (this.files.delete(one.id), "files"),
    };
  }

  private addChat(one: Chat): Part {
    this.chat.set(one.id, one);
    if (this.chat.size > MOST_CHAT) this.chat.delete(Math.min(...this.chat.keys()));
    return "chat";
  }

  private addFiltered(one: Chat): Part {
    // Who wrote it keeps it before their eyes, with why nobody answers.
    if (this.ownKeys.has(one.key)) this.changed(this.addChat({ ...one, is_held: true }));
    if (this.isStaff && !this.hosts.filtered.some((kept) => kept.id === one.id)) {
      this.hosts = { ...this.hosts, filtered: [...this.hosts.filtered, one] };
    }
    return "hosts";
  }

  private setQuestion(one: Question): Part {
    this.questions.set(one.id, one);
    // Whoever asks wants it answered: the server counts it.
    if (this.ownKeys.has(one.key)) this.votes.add(one.id);
    return this.moveVote(one);
  }

  /** Votes for a question go with it into another. */
  private moveVote(one: Pick<Question, "id" | "into">): Part {
    if (one.into !== null && this.votes.has(one.id)) this.votes.add(one.into);
    return "questions";
  }

  private dropQuestion(gone: Question): Part {
    this.moveVote(gone);
    const own = this.questions.get(gone.id);
    // Who asked, and hosts, are told how it went on by a message of their own.
    if (own && !this.isStaff && !this.ownKeys.has(own.key)) this.questions.delete(gone.id);
    return "questions";
  }

  private setVotes(one: Question): Part {
    const known = this.questions.get(one.id);
    if (known) this.questions.set(one.id, { ...known, votes: one.votes });
    return "questions";
  }

  private take(state: State): void {
    this.ahead = state.now - Date.now();
    this.chat.clear();
    for (const one of state.chat) this.chat.set(one.id, one);
    // Who wrote it keeps it before their eyes, on another device and after a reload, too.
    for (const one of state.own.held) {
      this.ownKeys.add(one.key);
      this.chat.set(one.id, { ...one, is_held: true });
    }
    this.questions.clear();
    for (const one of [...state.questions, ...state.own.private, ...(state.hosts?.private ?? [])]) {
      this.questions.set(one.id, one);
    }
    for (const one of state.own.private) this.ownKeys.add(one.key);
    this.prompts.clear();
    for (const one of state.prompts) this.prompts.set(one.id, one);
    for (const one of state.hosts?.tallies ?? []) this.tallies.set(one.id, one);
    this.files.clear();
    for (const one of state.files) this.files.set(one.id, one);
    this.votes.clear();
    for (const one of state.own.votes) this.votes.add(one);
    for (const [id, choice] of Object.entries(state.own.answers)) this.answers.set(id, choice);
    this.hand = state.own.hand;
    this.mute = { on: state.own.muted, until: state.own.muted_until };
    this.taste = state.own.taste;
    this.countdown = state.countdown;
    this.settings = state.settings;
    this.hosts = state.hosts ?? NOBODY;
    this.ready = true;
    // What came while the state was on its way may be newer than it.
    const early = this.early.filter((one) => (one.seq ?? 0) > state.seq);
    this.early = [];
    for (const one of early) this.kept[one.type]?.(one as never);
    const all: Part[] = ["chat", "questions", "prompts", "hand", "files", "countdown", "settings", "hosts", "line", "muted"];
    for (const part of all) this.changed(part);
  }

  private changed(part: Part): void {
    for (const show of this.told.get(part) ?? []) show();
  }
}
