/** A key for OBS, made on demand and shown once. */
import { postJson } from "@lms/http";

import { part } from "./shared/page";

interface Key {
  server: string;
  key: string;
  expires: string;
}

function start(card: HTMLElement): void {
  const says = part<HTMLElement>(card, "[data-obs-says]");
  const make = part<HTMLButtonElement>(card, "[data-obs-make]");
  const words = (name: string) => part<HTMLElement>(card, `[data-obs-${name}]`).textContent ?? "";

  make.addEventListener("click", () => {
    make.disabled = true;
    says.textContent = "";
    void postJson<Key>(card.dataset["obs"] ?? "", {})
      .then((made) => {
        part<HTMLInputElement>(card, "[data-obs-server]").value = made.server;
        part<HTMLInputElement>(card, "[data-obs-stream]").value = made.key;
        part<HTMLElement>(card, "[data-obs-expires]").textContent = made.expires;
        part<HTMLElement>(card, "[data-obs-key]").hidden = false;
      })
      .catch((error: Error) => (says.textContent = error.message))
      .finally(() => (make.disabled = false));
  });
  card.querySelectorAll<HTMLButtonElement>("[data-copy]").forEach((button) => {
    button.addEventListener("click", () => {
      const field = part<HTMLInputElement>(card, `#${button.dataset["copy"]}`);
      field.select();
      // Only pages under https or on this machine may write to the clipboard.
      const written = navigator.clipboard?.writeText(field.value) ?? Promise.reject(new Error("not here"));
      written.then(
        () => (says.textContent = words("copied")),
        () => (says.textContent = words("by-hand")),
      );
    });
  });
}

const card = document.querySelector<HTMLElement>("[data-obs]");
if (card) start(card);
