/** A list with a panel beside it: on wide screens a link with `data-pane="id"` fills that panel in place.
 *  On phones, without a script, and when the line fails, the link leads to the same thing as a page. */
import { sentenceFor } from "@lms/http";
import { problem } from "@lms/tell";

export const WIDE = "(min-width: 60em)";

let latest = 0;

function mark(link: HTMLAnchorElement): void {
  for (const other of document.querySelectorAll<HTMLAnchorElement>("a[data-pane][aria-current]")) {
    other.removeAttribute("aria-current");
    other.closest(".is-on")?.classList.remove("is-on");
  }
  link.setAttribute("aria-current", "true");
  link.closest(".queue > li")?.classList.add("is-on");
}

/** Show what the link leads to in its panel. The newest call wins, whatever the order of the answers. */
export async function openPane(link: HTMLAnchorElement): Promise<void> {
  const pane = document.getElementById(link.dataset["pane"] ?? "");
  if (!pane) return;
  const mine = ++latest;
  const url = new URL(link.href);
  url.searchParams.set("pane", "1");
  mark(link);
  pane.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(url, { credentials: "same-origin" });
    const text = await response.text();
    if (mine !== latest) return;
    if (!response.ok) {
      problem(sentenceFor(response.status));
      return;
    }
    // Our own server's template, escaped there, under a policy that runs no inline script.
    pane.innerHTML = text;
    history.replaceState(null, "", link.href);
    document.dispatchEvent(new CustomEvent("pane:opened", { detail: pane }));
  } catch {
    if (mine === latest) problem(sentenceFor(0));
  } finally {
    if (mine === latest) pane.removeAttribute("aria-busy");
  }
}

export function startPanes(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-pane]");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || !matchMedia(WIDE).matches) return;
    event.preventDefault();
    void openPane(link).then(() => document.getElementById(link.dataset["pane"] ?? "")?.focus({ preventScroll: true }));
  });
}
