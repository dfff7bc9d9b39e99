/** Forms: a button that works shows it and cannot be pressed twice; filters may send themselves; a wait counts down. */

/** A form that is still waiting after this long may be sent again: the answer may have been a download. */
const RELEASE_MS = 15_000;

function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}

function guardSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post" || "free" in form.dataset) return;
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "yes";
  // aria-busy, not disabled: a disabled button would take its name and value out of what is sent.
  event.submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(() => release(form), RELEASE_MS);
}

/** `<span data-countdown="48">`: counts to 0, then shows what `data-then` names and hides its own `data-until`. */
function countDown(element: HTMLElement): void {
  let left = Number(element.dataset["countdown"]);
  const tick = window.setInterval(() => {
    left -= 1;
    element.textContent = String(Math.max(left, 0));
    if (left > 0) return;
    window.clearInterval(tick);
    element.closest<HTMLElement>("[data-until]")?.setAttribute("hidden", "");
    document.getElementById(element.dataset["then"] ?? "")?.removeAttribute("hidden");
  }, 1000);
}

export function startForms(): void {
  document.addEventListener("submit", guardSubmit);
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form && "autosubmit" in form.dataset) form.requestSubmit();
  });
  // Back from the next page: the browser shows this one as it was left, busy.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(release);
  });
  document.querySelectorAll<HTMLElement>("[data-countdown]").forEach(countDown);
}
