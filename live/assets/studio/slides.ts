/** Slides as pictures: a strip of pages, one of them on. */
import { filled } from "../shared/page";

interface Words {
  slide: string;
  unreadable: string;
}

export class Slides {
  private readonly pages: HTMLImageElement[] = [];
  /** The page that was on last. */
  last = 0;

  constructor(
    private readonly strip: HTMLElement,
    private readonly words: Words,
    private readonly onPage: (page: HTMLImageElement | null) => void,
  ) {
    strip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.show(Math.min(Math.max(0, this.last + step), this.count - 1));
    });
  }

  get count(): number {
    return this.pages.length;
  }

  /** Adds pictures in the order of their names; says which cannot be shown. */
  async add(files: ArrayLike<File>, say: (text: string) => void): Promise<void> {
    const first = this.count;
    const inOrder = Array.from(files).sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    for (const file of inOrder) {
      const page = new Image();
      page.src = URL.createObjectURL(file);
      try {
        await page.decode();
        this.pages.push(page);
      } catch {
        say(filled(this.words.unreadable, { name: file.name }));
      }
    }
    this.strip.replaceChildren(...this.pages.map((page, at) => this.thumb(page, at)));
    this.strip.hidden = !this.count;
    if (this.count > first) this.show(first);
  }

  /** Puts a page on; -1 takes the slides off. */
  show(at: number): void {
    const page = this.pages[at] ?? null;
    if (page) this.last = at;
    this.strip.querySelectorAll("button").forEach((button, number) => {
      if (number === at) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    this.onPage(page);
  }

  private thumb(page: HTMLImageElement, at: number): HTMLButtonElement {
    const button = document.createElement("button");
    button.className = "thumb";
    button.type = "button";
    button.setAttribute("aria-label", filled(this.words.slide, { number: String(at + 1) }));
    const picture = new Image();
    picture.src = page.src;
    picture.alt = "";
    button.append(picture);
    button.addEventListener("click", () => this.show(at));
    return button;
  }
}
