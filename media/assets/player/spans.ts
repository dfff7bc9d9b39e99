/** Stretches of a video in seconds, [from, to]: sorted, apart from each other. Pure. */
export type Span = readonly [number, number];

/** Closer than this, two stretches are one: media clocks are not exact. */
const TOUCH_S = 0.05;

export function united(spans: readonly Span[]): Span[] {
  const whole: [number, number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last && start <= last[1] + TOUCH_S) last[1] = Math.max(last[1], end);
    else if (end > start) whole.push([start, end]);
  }
  return whole;
}

export function total(spans: readonly Span[]): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** What is not covered, leaving out slivers that nobody could find. */
export function gaps(spans: readonly Span[], duration: number, least = 0.5): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const [start, end] of united(spans)) {
    if (start - at > least) found.push([at, start]);
    at = Math.max(at, end);
  }
  if (duration - at > least) found.push([at, duration]);
  return found;
}

/** 21:40; from an hour on 1:02:05. Cut, never rounded up. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${pad(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}

/** Words with `{name}` filled in. */
export function filled(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
