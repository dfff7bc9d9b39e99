/** What the server says about the page to its scripts: words in the page's language, the CSRF token, where icons are. */

/** Words that base.html offers to scripts, already in the page's language (`<template id="page-words">`). */
export type Word = "offline" | "failed" | "denied" | "busy" | "gone" | "close" | "undo";

export function word(key: Word): string {
  const holder = document.getElementById("page-words");
  return holder?.dataset[key] ?? "";
}

/** The token that a POST from a script carries in `X-CSRFToken`. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** An icon of the sprite, decorative: say the same in text beside it. */
export function icon(name: string, size = ""): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", size ? `icon icon--${size}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${document.documentElement.dataset["icons"] ?? ""}#i-${name}`);
  svg.append(use);
  return svg;
}
