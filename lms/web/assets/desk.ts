/** The verifier's desk: several at once, the dialogs that ask for a reason, single keys. All of it works without, too. */
import { openPane, startPanes, WIDE } from "@lms/panes";
import { fill, showChosen, startTicks, sum } from "@lms/ticks";

const KEYS_OFF = "desk-keys-off";

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#queue a[data-pane]")];
}

function current(): HTMLAnchorElement | undefined {
  return links().find((link) => link.hasAttribute("aria-current"));
}

function idOf(link: HTMLAnchorElement | undefined): string {
  return link?.closest("li")?.querySelector<HTMLInputElement>('[name="booking"]')?.value ?? "";
}

// --- A reason ----------------------------------------------------------------------------------------------------------

function bookingsOf(form: HTMLFormElement): HTMLInputElement[] {
  const fields = [...form.querySelectorAll<HTMLInputElement>('[name="booking"]')];
  return fields.filter((field) => field.type === "hidden" || field.checked);
}

function askWhy(form: HTMLFormElement, name: string): void {
  const dialog = document.getElementById(name);
  const bookings = bookingsOf(form);
  if (!(dialog instanceof HTMLDialogElement) || !bookings.length) return;
  const title = dialog.querySelector<HTMLElement>("h2");
  const pattern = bookings.length === 1 ? title?.dataset["one"] : title?.dataset["many"];
  if (title && pattern) title.textContent = fill(pattern, bookings.length, sum(bookings));
  const holder = dialog.querySelector("[data-bookings]");
  holder?.replaceChildren(
    ...bookings.map((field) => {
      const copy = document.createElement("input");
      copy.type = "hidden";
      copy.name = "booking";
      copy.value = field.value;
      return copy;
    }),
  );
  dialog.showModal();
  dialog.querySelector("textarea")?.focus();
}

/** After a decision on a desk the next one is opened; on a phone one goes back to the list. */
function nameNext(form: HTMLFormElement): void {
  const then = form.querySelector<HTMLInputElement>('[name="then"]');
  const all = links();
  const place = current();
  const decided = new Set(bookingsOf(form).map((field) => field.value));
  const after = place ? [...all.slice(all.indexOf(place) + 1), ...all] : all;
  const next = after.find((link) => !decided.has(idOf(link)));
  if (then && matchMedia(WIDE).matches) then.value = idOf(next);
}

function startReasons(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-ask]");
    if (!button?.form || !bookingsOf(button.form).length) return;
    event.preventDefault();
    askWhy(button.form, button.dataset["ask"] ?? "");
  });
  document.addEventListener("submit", (event) => nameNext(event.target as HTMLFormElement), true);
}

// --- Keys --------------------------------------------------------------------------------------------------------------

function keysOn(): boolean {
  return matchMedia(WIDE).matches && localStorage.getItem(KEYS_OFF) === null;
}

/** The hints in the buttons; where there is no keyboard the style sheet leaves them out. */
function showKeys(): void {
  const off = localStorage.getItem(KEYS_OFF) !== null;
  for (const hint of document.querySelectorAll<HTMLElement>(".evid kbd")) hint.hidden = off;
}

function step(by: number): void {
  const all = links();
  const place = current();
  const next = all[Math.max(0, Math.min(all.length - 1, (place ? all.indexOf(place) : -1) + by))];
  if (!next || next === place) return;
  void openPane(next);
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function tick(): void {
  const box = current()?.closest("li")?.querySelector<HTMLInputElement>('[name="booking"]');
  if (!box) return;
  box.checked = !box.checked;
  showChosen();
}

function press(key: string): void {
  document.querySelector<HTMLElement>(`.evid [data-key="${key}"]`)?.click();
}

const ACTS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  s: () => step(1),
  x: tick,
  y: () => press("y"),
  n: () => press("n"),
  "?": () => {
    const keys = document.getElementById("keys");
    if (keys instanceof HTMLDialogElement) keys.showModal();
  },
};

function onKey(event: KeyboardEvent): void {
  const writing = (event.target as Element).closest("input:not([type=checkbox]), textarea, select, dialog");
  const held = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
  const act = ACTS[event.key.toLowerCase()];
  if (!act || writing || held || !keysOn() || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  act();
}

function startKeys(): void {
  document.addEventListener("keydown", onKey);
  const toggle = document.querySelector<HTMLInputElement>("[data-keys-switch]");
  if (toggle) {
    toggle.checked = localStorage.getItem(KEYS_OFF) === null;
    toggle.addEventListener("change", () => {
      if (toggle.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "1");
      showKeys();
    });
  }
  document.addEventListener("pane:opened", showKeys);
  showKeys();
}

startPanes();
startTicks();
startReasons();
startKeys();
