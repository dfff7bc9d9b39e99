/** What counts, on screen: the number, the bar with its gaps, saved or not, what is left. Always what the server said. */
import { icon } from "@lms/page";

import { part } from "./controls";
import { clock, filled, gaps, total, united, type Span } from "./spans";

export interface StatusWords {
  bar: string;
  barEmpty: string;
  to: string;
  comma: string;
  and: string;
  left: string;
  done: string;
  gaps: string;
  saved: string;
  notYet: string;
  offline: string;
  stopped: string;
  offlineNotice: string;
  stoppedNotice: string;
  refused: string;
  tooFast: string;
}

export type Line = { kind: "saved" } | { kind: "offline"; seconds: number } | { kind: "stopped"; at: number };

const MOST_GAPS = 3;
const SVG = "http://www.w3.org/2000/svg";

export class Status {
  private covered: Span[];
  private savedTo: number | null = null;
  private readonly svg: SVGSVGElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly duration: number,
    private readonly minimum: number,
    private readonly words: StatusWords,
    covered: Span[],
    private readonly jump: (seconds: number) => void,
  ) {
    this.covered = united(covered);
    this.svg = part<SVGSVGElement>(root, "[data-bar] svg");
    this.svg.addEventListener("click", (event) => this.tapped(event));
    this.show();
  }

  /** The server's word. */
  taken(covered: Span[], position: number): void {
    this.covered = united(covered);
    this.savedTo = position;
    this.show();
    this.line({ kind: "saved" });
  }

  /** Draw where we are, and what is played and not yet acknowledged. */
  draw(position: number, unsent: Span[]): void {
    this.svg.replaceChildren(
      ...united(unsent).map((span) => rect(span, "now-cov")),
      ...this.covered.map((span) => rect(span, "cov")),
      head(position),
    );
    this.svg.setAttribute("aria-label", this.label());
  }

  line(line: Line): void {
    const state = part<HTMLElement>(this.root, "[data-state]");
    const notice = part<HTMLElement>(this.root, "[data-notice]");
    const says = (words: string, glyph: string, kind: string) => {
      state.classList.remove("saved--off", "saved--stop");
      if (kind) state.classList.add(`saved--${kind}`);
      state.replaceChildren(icon(glyph, "s"), document.createTextNode(words));
    };
    notice.hidden = line.kind === "saved" || (line.kind === "offline" && line.seconds < 5);
    notice.classList.toggle("notice--alert", line.kind === "stopped");
    notice.classList.toggle("notice--care", line.kind !== "stopped");
    const words = part<HTMLElement>(notice, "[data-words]");
    if (line.kind === "saved") {
      says(this.savedTo === null ? this.words.notYet : filled(this.words.saved, { time: clock(this.savedTo) }), "saved", "");
    } else if (line.kind === "offline") {
      says(filled(this.words.offline, { seconds: line.seconds }), "offline", "off");
      words.textContent = filled(this.words.offlineNotice, { seconds: line.seconds });
    } else {
      says(this.words.stopped, "pause", "stop");
      const covered = clock(total(this.covered));
      words.textContent = filled(this.words.stoppedNotice, { time: clock(line.at), covered });
    }
  }

  /** A report that the server did not take, or not whole. */
  trouble(sentence: string): void {
    const notice = part<HTMLElement>(this.root, "[data-notice]");
    notice.hidden = false;
    part<HTMLElement>(notice, "[data-words]").textContent = sentence;
  }

  private show(): void {
    part<HTMLElement>(this.root, "[data-covered]").textContent = clock(total(this.covered));
    this.hint();
  }

  private hint(): void {
    const hint = part<HTMLElement>(this.root, "[data-hint]");
    const left = this.minimum * this.duration - total(this.covered);
    if (left <= 0) return hint.replaceChildren(this.words.done);
    hint.replaceChildren(filled(this.words.left, { time: clock(Math.ceil(left)) }), " ");
    const open = gaps(this.covered, this.duration).slice(0, MOST_GAPS);
    if (!this.covered.length || !open.length) return;
    const [before = "", after = ""] = this.words.gaps.split("{places}");
    hint.append(before);
    open.forEach(([start], index) => {
      if (index) hint.append(index === open.length - 1 ? this.words.and : this.words.comma);
      hint.append(this.link(start));
    });
    hint.append(after);
  }

  private link(start: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = clock(start);
    button.addEventListener("click", () => this.jump(start));
    return button;
  }

  /** A tap on a gap plays from its beginning; on what was watched, from there. */
  private tapped(event: MouseEvent): void {
    const box = this.svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * this.duration;
    const gap = gaps(this.covered, this.duration).find(([start, end]) => start <= at && at <= end);
    this.jump(gap ? gap[0] : at);
  }

  private label(): string {
    const duration = clock(this.duration);
    if (!this.covered.length) return filled(this.words.barEmpty, { duration });
    const spans = this.covered
      .map(([from, to]) => filled(this.words.to, { from: clock(from), to: clock(to) }))
      .join(this.words.comma);
    return filled(this.words.bar, { duration, covered: clock(total(this.covered)), spans });
  }
}

function rect([start, end]: Span, css: string): SVGRectElement {
  const element = document.createElementNS(SVG, "rect");
  element.setAttribute("class", css);
  element.setAttribute("x", start.toFixed(2));
  element.setAttribute("width", (end - start).toFixed(2));
  element.setAttribute("height", "12");
  return element;
}

function head(position: number): SVGLineElement {
  const element = document.createElementNS(SVG, "line");
  element.setAttribute("class", "head");
  element.setAttribute("x1", position.toFixed(2));
  element.setAttribute("x2", position.toFixed(2));
  element.setAttribute("y1", "0");
  element.setAttribute("y2", "12");
  return element;
}
