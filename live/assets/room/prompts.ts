/** Sign-ins, polls and answer cards as learners meet them, with the results as bars beside their figures. */
import { filled, part, put } from "../shared/page";
import { bar, button, keepingFocus, make, setBar } from "./dom";
import type { Prompt, Tally } from "./kinds";
import type { Room } from "./room";

const BUZZ = [200, 100, 200];
const TICK_MS = 250;
/** So long before a sign-in is over, who has not answered is reminded. */
const REMIND_S = 15;

export function startPrompts(room: Room, root: ParentNode): void {
  new SignIns(room, part(root, "[data-signin]"));
  new Polls(room, part(root, "[data-poll]"));
}

function newest(room: Room, isKind: (one: Prompt) => boolean): Prompt | undefined {
  return [...room.prompts.values()].filter(isKind).sort((a, b) => b.asked - a.asked)[0];
}

class SignIns {
  private shown = "";
  private reminded = "";
  private readonly pageTitle = document.title;
  private readonly title: HTMLElement;
  private readonly words: HTMLElement;
  private readonly here: HTMLButtonElement;
  private readonly meter: SVGSVGElement;
  private readonly keep: (change: () => void) => void;

  constructor(
    private readonly room: Room,
    private readonly box: HTMLElement,
  ) {
    this.title = part(box, "[data-signin-title]");
    this.words = part(box, "[data-signin-words]");
    this.here = part(box, "[data-signin-here]");
    this.meter = part(box, ".meter");
    this.keep = keepingFocus(box);
    this.here.addEventListener("click", () => void this.answer());
    const tick = () => this.keep(() => this.tick());
    room.on(["prompts"], tick);
    window.setInterval(tick, TICK_MS);
  }

  private current(): Prompt | undefined {
    return newest(this.room, (one) => one.kind === "sign-in");
  }

  /** Whether this answer makes enough of them, as far as is known by now. */
  private isLast(one: Prompt): boolean {
    const known = this.room.standing;
    if (known === null || known.asked > one.number || known.asked < one.number - 1) return false;
    const needed = known.asked === one.number ? known.answers_needed : known.answers_needed_next;
    return known.answered + 1 === needed;
  }

  private async answer(): Promise<void> {
    const one = this.current();
    if (!one || this.here.getAttribute("aria-busy")) return;
    this.here.setAttribute("aria-busy", "true");
    // Tried again while the window is open: a bad line must not cost a sign-in.
    const untilMs = Date.now() + (one.ends - this.room.now());
    await this.room.ask("prompt.answer", { prompt: one.id, key: this.room.key() }, { untilMs });
    this.here.removeAttribute("aria-busy");
  }

  private tick(): void {
    const one = this.current();
    // At most what was promised, whatever half a second the clocks are apart.
    const leftS = one ? Math.ceil(Math.min(one.ends - one.asked, one.ends - this.room.now()) / 1000) : 0;
    const answered = one !== undefined && this.room.answers.has(one.id);
    const isOpen = one !== undefined && leftS > 0;
    const isAsked = isOpen && !answered && !this.room.isStaff;
    // In the row of tabs it is seen as well.
    const pageTitle = isAsked ? `${this.room.word("signInTitle")} · ${this.pageTitle}` : this.pageTitle;
    if (document.title !== pageTitle) document.title = pageTitle;
    const isSoon = isAsked && leftS <= REMIND_S;
    this.box.classList.toggle("signin--soon", isSoon);
    if (!isOpen || this.room.isStaff) return void (this.box.hidden = true);
    if (isAsked && this.shown !== one.id) buzz();
    this.shown = one.id;
    if (isSoon && this.reminded !== one.id) {
      this.reminded = one.id;
      buzz();
    }
    put(this.title, answered ? this.room.word("signedIn") : filled(this.room.word("signIn"), { seconds: String(leftS) }));
    const key = answered ? "signedInWords" : isSoon ? "signInSoon" : this.isLast(one) ? "signInLast" : "signInWords";
    const words = filled(this.room.word(key), { number: String(one.number), seconds: String(REMIND_S) });
    // A live region speaks when it changes: the seconds beside it are not read out.
    put(this.words, words);
    this.here.hidden = answered;
    setBar(this.meter, leftS / ((one.ends - one.asked) / 1000));
    // Last: what appears is read out whole, once.
    this.box.hidden = false;
  }
}

function buzz(): void {
  // Where the page may: not on iOS, not before the first touch.
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(BUZZ);
  try {
    const audio = new AudioContext();
    if (audio.state !== "running") return void audio.close();
    const tone = audio.createOscillator();
    const quiet = audio.createGain();
    quiet.gain.value = 0.08;
    tone.frequency.value = 660;
    tone.connect(quiet).connect(audio.destination);
    tone.addEventListener("ended", () => void audio.close());
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  } catch {
    // No sound here; the box is on screen and read out.
  }
}

class Polls {
  private state = "";
  private closed = new Set<string>();
  private readonly keep: (change: () => void) => void;

  constructor(
    private readonly room: Room,
    private readonly box: HTMLElement,
  ) {
    this.keep = keepingFocus(box);
    room.on(["prompts"], () => this.show());
    window.setInterval(() => this.show(), TICK_MS);
  }

  private show(): void {
    this.keep(() => this.look());
  }

  private look(): void {
    const one = newest(this.room, (prompt) => prompt.kind !== "sign-in");
    const isOpen = one !== undefined && this.room.now() < one.ends;
    const chosen = one && this.room.answers.get(one.id);
    const state = !one || this.closed.has(one.id) || (!isOpen && !one.results)
      ? ""
      : JSON.stringify([one.id, one.results ?? isOpen, chosen]);
    if (state === this.state) return;
    this.state = state;
    if (!state || !one) {
      this.box.hidden = true;
      return this.box.replaceChildren();
    }
    const title = make("h2", { id: "h-poll" }, one.title);
    if (one.results) {
      const close = button(this.room.word("closeResults"), () => (this.closed.add(one.id), this.show()));
      this.box.replaceChildren(title, results(this.room, one, one.results, chosen), make("div", { class: "row row--s" }, close));
    } else if (chosen || this.room.isStaff) {
      this.box.replaceChildren(title, make("p", { class: "soft" }, this.room.word(chosen ? "pollAnswered" : "pollRuns")));
    } else this.box.replaceChildren(title, this.form(one));
    this.box.hidden = false;
  }

  private form(one: Prompt): HTMLFormElement {
    const several = one.kind === "multiple";
    const send = make("button", { type: "submit", class: "btn btn--primary" }, this.room.word("pollSend"));
    const set = make("fieldset", { class: "poll__set" }, make("legend", { class: "small soft" }, this.room.word(several ? "pollSeveral" : "pollOne")));
    one.options.forEach((_text, index) => {
      const input = make("input", { type: several ? "checkbox" : "radio", name: "choice", value: String(index) });
      set.append(make("label", { class: "poll__option" }, input, optionText(this.room, one, index)));
    });
    const form = make("form", { class: "stack" }, set, send);
    const key = this.room.key();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const ticked = [...form.querySelectorAll<HTMLInputElement>("input:checked")].map((input) => Number(input.value));
      const choice = ticked.reduce((mask, index) => mask | (1 << index), 0);
      send.setAttribute("aria-busy", "true");
      void this.room.ask("prompt.answer", { prompt: one.id, key, choice }).then(() => send.removeAttribute("aria-busy"));
    });
    return form;
  }
}

export function optionText(room: Room, one: Prompt, index: number): string {
  if (one.kind === "true-false") return room.word(index === 0 ? "isTrue" : "isFalse");
  return one.options[index] ?? "";
}

/** Bars with their figures: the picture is the table. */
export function results(room: Room, one: Prompt, tally: Tally, chosen: number[] | undefined): HTMLElement {
  const rows = one.options.map((_text, index) => {
    const count = tally.counts[index] ?? 0;
    const share = tally.answered ? count / tally.answered : 0;
    const notes = [
      tally.right.includes(index) ? room.word("isRight") : "",
      chosen?.includes(index) ? room.word("isChosen") : "",
    ].filter(Boolean);
    const head = make("th", { scope: "row" }, optionText(room, one, index));
    if (notes.length) head.append(" ", make("span", { class: "accent-ink small strong" }, notes.join(room.word("comma"))));
    return make(
      "tr",
      {},
      head,
      make("td", { class: "poll__bar" }, bar(share, "meter")),
      make("td", { class: "n" }, room.people(count)),
      make("td", { class: "n" }, `${Math.round(share * 100)}%`),
    );
  });
  const caption = filled(room.word(tally.right.length ? "pollCaptionRight" : "pollCaption"), {
    count: String(tally.answered),
    right: String(tally.wholly),
  });
  return make("table", { class: "table table--tight poll__table" }, make("caption", { class: "small soft" }, caption), make("tbody", {}, ...rows));
}
