/** Building and keeping lists in step with what is known, without taking the focus from anybody. */

const FOCUSABLE = "button, input, select, textarea, summary, a";

type Child = Node | string | null | undefined | false;

/** `make("p", { class: "small", "aria-live": "polite" }, "text")`; attributes of undefined or false are left out. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((one): one is Node | string => one !== null && one !== undefined && one !== false));
  return element;
}

/** A part of a picture. */
export function drawn(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * For a box whose parts go away while somebody works in it: their focus goes to its heading, or where the box itself is
 * gone, back to where they came from.
 */
export function keepingFocus(box: HTMLElement): (change: () => void) => void {
  let from: HTMLElement | null = null;
  box.addEventListener("focusin", (event) => {
    const before = event.relatedTarget;
    if (before instanceof HTMLElement && !box.contains(before)) from = before;
  });
  return (change) => {
    const was = box.contains(document.activeElement);
    change();
    const now = document.activeElement;
    if (!was || (now instanceof HTMLElement && box.contains(now) && now.offsetParent)) return;
    const heading = box.hidden ? null : box.querySelector<HTMLElement>("h2");
    if (heading) heading.tabIndex = -1;
    (heading ?? from)?.focus();
  };
}

export function button(text: string, run: () => void, className = "btn btn--s"): HTMLButtonElement {
  const made = make("button", { type: "button", class: className }, text);
  made.addEventListener("click", run);
  return made;
}

/** A bar of `share` (0 to 1), as an amount in an attribute: the policy allows no inline style. */
export function bar(share: number, className = "meter meter--s"): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("viewBox", "0 0 100 6");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(space, "rect");
  rect.setAttribute("height", "6");
  svg.append(rect);
  setBar(svg, share);
  return svg;
}

export function setBar(svg: Element, share: number): void {
  svg.querySelector("rect")?.setAttribute("width", (100 * Math.min(1, Math.max(0, share))).toFixed(2));
}

/**
 * Lines of a list, one a key. A line is made anew only when what it shows has changed; while somebody is in the list
 * with pointer or keyboard, lines keep their places and new ones come last. The focus stays in the list: in the same
 * place of a line made anew, and where its line has gone, in the one that comes after it.
 */
export class Lines<Item> {
  private readonly known = new Map<string, { shown: string; node: HTMLElement }>();

  constructor(
    private readonly list: HTMLElement,
    private readonly key: (item: Item) => string,
    private readonly line: (item: Item) => HTMLElement,
  ) {}

  show(items: Item[]): void {
    const wanted = new Set(items.map(this.key));
    let gap = -1;
    for (const [key, { node }] of this.known) {
      if (wanted.has(key)) continue;
      if (node.contains(document.activeElement)) gap = [...this.list.children].indexOf(node);
      node.remove();
      this.known.delete(key);
    }
    const isUsed = this.list.matches(":hover") || this.list.contains(document.activeElement);
    // First all of them: a line made anew takes the place of the old one.
    const nodes = items.map((item) => this.fresh(item));
    nodes.forEach((node, index) => {
      const there = this.list.children[index];
      if (isUsed ? node.isConnected : there === node) return;
      this.list.insertBefore(node, isUsed ? null : (there ?? null));
    });
    if (gap >= 0) this.focusNear(gap);
  }

  /** Whoever works through the list by keyboard goes on where they were. */
  private focusNear(place: number): void {
    const next = this.list.children[Math.min(place, this.list.children.length - 1)];
    const goal = next?.querySelector<HTMLElement>(FOCUSABLE) ?? this.list;
    if (goal === this.list) this.list.tabIndex = -1;
    goal.focus();
  }

  private fresh(item: Item): HTMLElement {
    const key = this.key(item);
    const shown = JSON.stringify(item);
    const was = this.known.get(key);
    if (was?.shown === shown) return was.node;
    const used = was?.node.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    const at = used && was ? [...was.node.querySelectorAll(FOCUSABLE)].indexOf(used) : -1;
    // A form that somebody is filling in goes over into the new line, and their cursor with it.
    const node = this.line(item);
    was?.node.replaceWith(node);
    this.known.set(key, { shown, node });
    if (used && node.contains(used)) used.focus();
    else if (at >= 0) node.querySelectorAll<HTMLElement>(FOCUSABLE)[at]?.focus();
    return node;
  }
}
