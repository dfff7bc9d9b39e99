/** Several at once: the tick boxes of the form `#queue`, the one that ticks all, and what they come to. */

/** Whole hundredths as hours: 150 is 1.50. */
function hours(hundredths: number): string {
  return `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}

export function fill(pattern: string, count: number, hundredths: number): string {
  return pattern.replace("{count}", String(count)).replace("{hours}", hours(hundredths));
}

function ticks(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("#queue .tickbox[name]")];
}

function worth(field: HTMLElement): number {
  return Number(field.closest<HTMLElement>("[data-hundredths]")?.dataset["hundredths"] ?? 0);
}

export function sum(fields: HTMLElement[]): number {
  return fields.reduce((whole, field) => whole + worth(field), 0);
}

export function showChosen(): void {
  const chosen = ticks().filter((tick) => tick.checked);
  const line = document.querySelector<HTMLElement>("[data-chosen]");
  if (line) line.textContent = fill(line.dataset["chosen"] ?? "", chosen.length, sum(chosen));
  const all = document.querySelector<HTMLInputElement>("[data-all]");
  if (!all) return;
  const plain = ticks().filter((tick) => "plain" in tick.dataset);
  const on = plain.filter((tick) => tick.checked).length;
  all.checked = on > 0 && on === plain.length;
  all.indeterminate = on > 0 && on < plain.length;
}

export function startTicks(): void {
  const all = document.querySelector<HTMLInputElement>("[data-all]");
  document.getElementById("queue")?.addEventListener("change", (event) => {
    if (event.target === all && all) {
      for (const tick of ticks()) if ("plain" in tick.dataset) tick.checked = all.checked;
    }
    showChosen();
  });
  if (ticks().some((tick) => tick.checked)) showChosen();
}
