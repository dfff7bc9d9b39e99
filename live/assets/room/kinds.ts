/** What the server tells a room's page, as live/domain/room/shapes.py writes it. Moments are milliseconds. */

export interface Chat {
  id: number;
  key: string;
  name: string;
  role: "learner" | "assistant" | "host";
  text: string;
  at: number;
  /** One's own that the word filter keeps from the others. */
  is_held?: boolean;
}

export interface Question {
  id: number;
  key: string;
  name: string;
  text: string;
  at: number;
  votes: number;
  state: "waiting" | "open" | "now" | "answered" | "merged" | "declined";
  into: number | null;
  media_s: number | null;
  answer: string;
}

export interface Tally {
  id: string;
  answered: number;
  counts: number[];
  right: number[];
  wholly: number;
}

export interface Prompt {
  id: string;
  kind: "sign-in" | "single" | "multiple" | "true-false";
  title: string;
  options: string[];
  number: number;
  asked: number;
  ends: number;
  results: Tally | null;
}

export interface HandedFile {
  id: string;
  name: string;
  kind: string;
  size: number;
}

export interface Countdown {
  until: number | null;
  words: string;
}

export interface Settings {
  slow_s: number;
  approve_first: boolean;
}

export interface Hand {
  person: number;
  name: string;
  since: number;
  called: boolean;
}

export interface Reported {
  id: number;
  name: string;
  text: string;
}

export interface Muted {
  person: number;
  name: string;
  /** Null: for the whole lesson. */
  until: number | null;
}

export interface Hosts {
  /** Questions that wait to be let through or were not. */
  private: Question[];
  tallies: Tally[];
  random_signins: number;
  mutes: Muted[];
  reports: Reported[];
  filtered: Chat[];
  hands: Hand[];
}

export interface State {
  seq: number;
  now: number;
  chat: Chat[];
  questions: Question[];
  prompts: Prompt[];
  countdown: Countdown;
  settings: Settings;
  files: HandedFile[];
  own: {
    votes: number[];
    answers: Record<string, number[]>;
    hand: { up: boolean; called: boolean };
    muted: boolean;
    muted_until: number | null;
    taste: { barrage: boolean; reactions: boolean };
    /** The same of one's own. */
    private: Question[];
    /** What one wrote that the word filter keeps from the others. */
    held: Chat[];
  };
  hosts?: Hosts;
}

/** How one stands, as the settlement counts. */
export interface Standing {
  attended_s: number;
  needed_s: number;
  asked: number;
  answered: number;
  answers_needed: number;
  /** Once one more has been asked. */
  answers_needed_next: number;
  over: boolean;
  late: boolean;
  enough: boolean;
  /** The lesson so far, in seconds after its start; `pins` are sign-ins: from, to, answered. */
  line: { began_ms: number; now_s: number; length_s: number; here: [number, number][]; pins: [number, number, boolean][] } | null;
}

export interface PanelData {
  role: "learner" | "assistant" | "host";
  file: string;
  upload: string;
  words: Record<string, string>;
}
