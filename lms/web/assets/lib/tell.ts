/** Saying something to the person: a toast for what went well, a notice that stays for what went wrong. */
import { icon, word } from "@lms/page";

const TOAST_MS = 6000;

interface Undo {
  label?: string;
  run: () => void;
}

function dismissLater(toast: HTMLElement): void {
  let timer = window.setTimeout(() => toast.remove(), TOAST_MS);
  const keep = () => window.clearTimeout(timer);
  const release = () => {
    keep();
    timer = window.setTimeout(() => toast.remove(), TOAST_MS);
  };
  toast.addEventListener("pointerenter", keep);
  toast.addEventListener("focusin", keep);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusout", release);
}

/** One sentence that goes away by itself, with a way back where there is one. Never for errors. */
export function toast(text: string, undo?: Undo): void {
  const box = document.querySelector<HTMLElement>("[data-toasts]");
  if (!box) return;
  const element = document.createElement("div");
  element.className = "toast";
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  element.append(icon("check"), words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet btn--s";
    button.textContent = undo.label ?? word("undo");
    button.addEventListener("click", () => {
      element.remove();
      undo.run();
    });
    element.append(button);
  }
  box.append(element);
  dismissLater(element);
}

/** An error: what happened and what was kept. Stays, at the head of the page, until closed or until the next one. */
export function problem(text: string): void {
  const box = document.querySelector<HTMLElement>("[data-problems]");
  if (!box) return;
  const notice = document.createElement("div");
  notice.className = "notice notice--alert";
  const words = document.createElement("p");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--icon";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => notice.remove());
  notice.append(icon("alert"), words, close);
  box.replaceChildren(notice);
  box.scrollIntoView({ block: "nearest" });
}

/** Toasts that came with the page leave like those made here. */
export function startToasts(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-toasts] > .toast")) dismissLater(element);
}
