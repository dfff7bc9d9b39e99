/** A long list is one stop of the keyboard: Tab comes to one of its rows and goes on, arrow keys go from row to row. */

const STOPS = "button, summary, a[href], input, select, textarea";
/** What arrow keys move in already. */
const OWN_ARROWS = "input, select, textarea";
const STEPS: Record<string, (place: number, last: number) => number> = {
  ArrowDown: (place, last) => Math.min(place + 1, last),
  ArrowUp: (place) => Math.max(place - 1, 0),
  Home: () => 0,
  End: (_place, last) => last,
};

/** `newest`: whoever comes to the list comes to its last row, where the new ones are. */
export function startRows(list: HTMLElement, { newest = false } = {}): void {
  let current: HTMLElement | null = null;
  let place = 0;
  const stopsOf = (row: HTMLElement) => [...row.querySelectorAll<HTMLElement>(STOPS)];
  const rows = () => ([...list.children] as HTMLElement[]).filter((row) => !row.hidden && stopsOf(row).length > 0);
  const mark = () => {
    const there = rows();
    const isUsed = list.contains(document.activeElement);
    if (newest && !isUsed) current = there.at(-1) ?? null;
    // Who works through a list goes on where a row has gone.
    else if (!current || !there.includes(current)) current = there[Math.min(place, there.length - 1)] ?? null;
    place = current ? there.indexOf(current) : 0;
    for (const row of there) {
      const index = row === current ? 0 : -1;
      for (const stop of stopsOf(row)) if (stop.tabIndex !== index) stop.tabIndex = index;
    }
  };
  list.addEventListener("focusin", (event) => {
    const row = rows().find((one) => one.contains(event.target as Node));
    if (!row || row === current) return;
    current = row;
    mark();
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const target = event.target as HTMLElement;
    if (!step || !current || event.altKey || event.ctrlKey || event.metaKey || target.matches(OWN_ARROWS)) return;
    const there = rows();
    const goal = there[step(there.indexOf(current), there.length - 1)];
    if (!goal) return;
    event.preventDefault();
    // The same act of the next row, where it has it.
    const stops = stopsOf(goal);
    stops[Math.min(stopsOf(current).indexOf(target), stops.length - 1)]?.focus();
  });
  new MutationObserver(mark).observe(list, { childList: true, subtree: true, attributeFilter: ["hidden"] });
  mark();
}
