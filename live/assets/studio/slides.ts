/** Slides: brought to the server, which makes pictures of them; a strip of pages, one of them on. */
import { csrfToken } from "@lms/page";
import { refusalOf } from "@lms/http";

import { filled } from "../shared/page";

interface Deck {
  id: string;
  name: string;
  state: "waiting" | "working" | "ready" | "refused";
  pages: number;
  made: number;
  problem: string;
}

interface Answer {
  base: string;
  decks: Deck[];
}

export interface Page {
  deck: string;
  number: number;
  address: string;
  picture: HTMLImageElement;
}

export interface SlideWords {
  slide: string;
  sending: string;
  making: string;
  refused: string;
  slidesReady: string;
  slidesFailed: string;
}

const ASK_EVERY_MS = 700;
const STEPS: Record<string, number> = {
  ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
}; // prettier-ignore

export class Slides {
  private pages: Page[] = [];
  private readonly thumbs: HTMLButtonElement[] = [];
  private readonly drawn = new Set<string>();
  /** The page that was on last. */
  last = 0;
  isOn = false;
  /** Something was brought on this page: what was before is known already. */
  private sent = false;

  constructor(
    private readonly strip: HTMLElement,
    private readonly address: string,
    private readonly words: SlideWords,
    private readonly onPage: (page: Page | null) => void,
    private readonly say: (text: string) => void,
  ) {
    document.addEventListener("keydown", (event) => this.pressed(event));
    void this.look().then(() => this.pages.length && this.mark());
  }

  get count(): number {
    return this.pages.length;
  }

  /** Sends files in the order of their names and shows the first of the new pages when it is there. */
  async add(files: ArrayLike<File>): Promise<void> {
    const first = this.count;
    this.sent = true;
    const inOrder = Array.from(files).sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    for (const file of inOrder) {
      this.say(filled(this.words.sending, { name: file.name }));
      try {
        const response = await fetch(`${this.address}?name=${encodeURIComponent(file.name)}`, {
          method: "PUT",
          credentials: "same-origin",
          headers: { "X-CSRFToken": csrfToken() },
          body: file,
        });
        if (!response.ok) this.say(filled(this.words.refused, { name: file.name, reason: (await refusalOf(response)).message }));
      } catch {
        this.say(filled(this.words.slidesFailed, { name: file.name }));
      }
    }
    await this.look();
    if (this.count > first) await this.show(first);
  }

  /** Puts a page on; -1 takes the slides off. */
  async show(at: number): Promise<void> {
    const page = this.pages[at] ?? null;
    this.isOn = page !== null;
    if (!page) return this.onPage(null);
    this.last = at;
    this.mark();
    // Whole before it goes on air, and the next ones on their way meanwhile.
    for (const one of this.pages.slice(at, at + 3)) if (!one.picture.src) one.picture.src = one.address;
    await page.picture.decode().catch(() => undefined);
    if (this.isOn && this.last === at) this.onPage(page);
  }

  private pressed(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (!this.isOn) return this.choose(event, target, step);
    const isRemote = event.key.startsWith("Page");
    // Arrows belong to lists and fields that have the focus. A remote sends page keys: whoever holds one looks at the room
    // and not at what was clicked last.
    if (target.closest("dialog, textarea")) return;
    if (!isRemote && target.closest("input, select, [role=tablist], [role=radiogroup]")) return;
    if (!isRemote && !(target === document.body || this.strip.contains(target) || target.closest("[data-studio] .stage"))) return;
    event.preventDefault();
    void this.show(Math.min(Math.max(0, this.last + step), this.count - 1));
  }

  /** Among the small pictures, while none of them is on the picture: the keyboard goes to another, which Enter puts on. */
  private choose(event: KeyboardEvent, target: HTMLElement, step: number): void {
    const next = this.thumbs[this.thumbs.findIndex((one) => one === target) + step];
    if (!this.strip.contains(target) || !next) return;
    event.preventDefault();
    for (const one of this.thumbs) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }

  /** Asks until every file is made or refused. */
  private async look(): Promise<void> {
    for (;;) {
      let answer: Answer;
      try {
        const response = await fetch(this.address, { credentials: "same-origin", cache: "no-store" });
        if (!response.ok) throw await refusalOf(response);
        answer = (await response.json()) as Answer;
      } catch {
        await pause(ASK_EVERY_MS * 5);
        continue;
      }
      const busy = this.take(answer);
      if (!busy) return;
      this.say(filled(this.words.making, { name: busy.name, made: String(busy.made), pages: String(busy.pages || "…") }));
      await pause(ASK_EVERY_MS);
    }
  }

  private take({ base, decks }: Answer): Deck | undefined {
    for (const deck of decks) {
      if (this.drawn.has(deck.id) || deck.state === "waiting" || deck.state === "working") continue;
      this.drawn.add(deck.id);
      if (deck.state === "refused") {
        if (this.sent) this.say(filled(this.words.refused, { name: deck.name, reason: deck.problem }));
        continue;
      }
      for (let number = 1; number <= deck.pages; number += 1) this.append(base, deck.id, number);
      if (this.sent) this.say(filled(this.words.slidesReady, { name: deck.name, pages: String(deck.pages) }));
    }
    this.strip.hidden = !this.count;
    return decks.find((one) => one.state === "waiting" || one.state === "working");
  }

  private append(base: string, deck: string, number: number): void {
    const address = `${base}${deck}-${String(number).padStart(4, "0")}`;
    const at = this.pages.push({ deck, number, address: `${address}.webp`, picture: new Image() }) - 1;
    const button = document.createElement("button");
    button.className = "thumb";
    button.type = "button";
    button.setAttribute("aria-label", filled(this.words.slide, { number: String(at + 1) }));
    const small = new Image();
    small.src = `${address}.s.webp`;
    small.alt = "";
    button.append(small);
    button.addEventListener("click", () => void this.show(at));
    // However many pages there are, they are one stop of the keyboard.
    button.tabIndex = at === this.last ? 0 : -1;
    this.thumbs.push(button);
    this.strip.append(button);
  }

  private mark(): void {
    const isUsed = this.thumbs.some((one) => one === document.activeElement);
    this.thumbs.forEach((button, number) => {
      button.toggleAttribute("aria-current", false);
      button.tabIndex = number === this.last ? 0 : -1;
      if (number !== this.last) return;
      button.setAttribute("aria-current", "true");
      if (isUsed) button.focus({ preventScroll: true });
      // The strip alone: the page stays where it is.
      const { offsetLeft, offsetWidth } = button;
      this.strip.scrollLeft = offsetLeft - this.strip.offsetLeft - (this.strip.clientWidth - offsetWidth) / 2;
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
