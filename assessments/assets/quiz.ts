/** Saves a quiz as it is answered. Without this script the form still hands in everything at once. */
import { postJson, Refused } from "@lms/http";
import { icon } from "@lms/page";

/** After a failure, and while the line is down, try again this often. */
const RETRY_MS = 5000;

type Answers = Record<string, string[]>;

function answersOf(form: HTMLFormElement): Answers {
  const answers: Answers = {};
  for (const [name, value] of new FormData(form)) {
    if (!name.startsWith("q-") || typeof value !== "string") continue;
    (answers[name.slice(2)] ??= []).push(value);
  }
  return answers;
}

/** Whether it says something else than the page that the server sent: answered before this script had come. */
function isChanged(form: HTMLFormElement): boolean {
  return [...form.elements].some((one) => {
    if (one instanceof HTMLTextAreaElement) return one.value !== one.defaultValue;
    if (!(one instanceof HTMLInputElement)) return false;
    return ["radio", "checkbox"].includes(one.type) ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
  });
}

class Autosave {
  private dirty = false;
  private busy = false;
  private retry = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly url: string,
    private readonly state: HTMLElement,
  ) {}

  /** One request at a time, always with all answers: an older draft can never overwrite a newer one. */
  async changed(): Promise<void> {
    this.dirty = true;
    if (this.busy) return;
    this.busy = true;
    window.clearTimeout(this.retry);
    while (this.dirty) {
      this.dirty = false;
      if (!(await this.send())) break;
    }
    this.busy = false;
  }

  private async send(): Promise<boolean> {
    this.say("", this.form.dataset["saving"] ?? "");
    try {
      await postJson(this.url, { answers: answersOf(this.form) }, { keepalive: true });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.failed(error);
      return false;
    }
    this.say("saved", this.form.dataset["saved"] ?? "");
    return true;
  }

  private failed(refused: Refused): void {
    const temporary = refused.status === 0 || refused.status === 429 || refused.status >= 500;
    this.say("offline", refused.status === 0 ? (this.form.dataset["offline"] ?? "") : refused.message, true);
    if (temporary) this.retry = window.setTimeout(() => void this.changed(), RETRY_MS);
  }

  private say(name: string, text: string, stopped = false): void {
    const words = document.createElement("span");
    words.textContent = text;
    this.state.classList.toggle("saved--off", stopped);
    this.state.replaceChildren(...(name ? [icon(name, "s")] : []), words);
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-quiz]")) {
  const state = form.querySelector<HTMLElement>("[data-quiz-state]");
  const url = form.dataset["quiz"];
  if (!state || !url) continue;
  const autosave = new Autosave(form, url, state);
  form.addEventListener("change", () => void autosave.changed());
  window.addEventListener("online", () => void autosave.changed());
  if (isChanged(form)) void autosave.changed();
}
