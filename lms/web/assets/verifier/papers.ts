/** What certificates and statements say, drawn from the contents of transfers (lms/credit/core/papers.py, moves.py). */

import { byCodePoint, type Fields, type Json, same } from "./canonical";

export const SEALS: ReadonlyMap<Json, string> = new Map([
  ["certificate", "qinghe certificate 1\n"],
  ["statement", "qinghe statement 1\n"],
]);
export const COUNTED: readonly Json[] = ["confirmed", "registered"];
export const PERSONAL = ["pending", "confirmed", "registered", "rejected", "disputed"] as const;
const MOVES: ReadonlyMap<string, readonly [sources: readonly string[], target: string]> = new Map([
  ["book", [["issued"], "pending"]],
  ["confirm", [["pending", "disputed"], "confirmed"]],
  ["reject", [["pending", "disputed"], "rejected"]],
  ["register", [["confirmed"], "registered"]],
  ["dispute", [["pending", "confirmed", "registered", "rejected"], "disputed"]],
]);

/** A transfer's content, its types checked when the file was read. */
export interface Content extends Fields {
  id: string;
  person: string;
  sequence: number;
  act: string;
  state: string;
  hundredths: number;
  booking: string | null;
  moves: string | null;
  reverses: string | null;
  recorded_at: string;
  training: Fields;
  facts: Fields;
  lines: [string, number][];
}

export interface Told {
  readonly content: Content;
  readonly hash: string;
}

export class Unfounded extends Error {}

export function certificate(transfers: readonly Told[]): Fields {
  const found = histories(transfers);
  const history = found[0];
  if (found.length !== 1 || !history) throw new Unfounded();
  const booking = history[0]!.content;
  const last = history[history.length - 1]!;
  if (last.content.act !== "confirm" || countsBy(history) !== last) throw new Unfounded();
  return {
    training: training(booking),
    hours: fixed(booking.hundredths),
    lines: booking.lines.map(([day, amount]) => [day, fixed(amount)]),
    state: last.content.state,
    confirmed_on: recordedOn(last.content),
    booking: booking.id,
    transfer: last.content.id,
    hash: last.hash,
  };
}

export function statement(transfers: readonly Told[], first: string, last: string, knownAt: string): Fields {
  const known = transfers.filter((one) => one.content.recorded_at <= knownAt);
  const entries = histories(known).flatMap((history) => {
    const stands = standing(history).length > 0;
    const lines = history[0]!.content.lines.filter(([day]) => first <= day && day <= last);
    return stands && lines.length ? [entry(history, lines)] : [];
  });
  // Of one day in the order in which they were booked.
  entries.sort((one, other) => byCodePoint(one.lines[0]![0], other.lines[0]![0]));
  const totals: Fields = {};
  for (const state of PERSONAL) {
    const sum = entries.filter((one) => one.state === state).reduce((sum, one) => sum + one.hundredths, 0);
    if (sum) totals[state] = fixed(sum);
  }
  return { entries: entries.map((one) => one.said), totals };
}

function entry(history: readonly Told[], lines: [string, number][]) {
  const booking = history[0]!.content;
  const last = history[history.length - 1]!;
  const hundredths = lines.reduce((sum, [, amount]) => sum + amount, 0);
  const said: Fields = {
    booking: booking.id,
    training: training(booking),
    state: last.content.state,
    hours: fixed(hundredths),
    lines: lines.map(([day, amount]) => [day, fixed(amount)]),
    booked_on: recordedOn(booking),
    moved_on: recordedOn(last.content),
    transfer: last.content.id,
    hash: last.hash,
    counts_by: countsBy(history)?.hash ?? null,
  };
  return { said, hundredths, lines, state: last.content.state };
}

/** The transfers by booking, each in order. */
function histories(transfers: readonly Told[]): Told[][] {
  const byBooking = new Map<string, Told[]>();
  for (const one of [...transfers].sort((left, right) => left.content.sequence - right.content.sequence)) {
    const booking = one.content.booking || one.content.id;
    byBooking.set(booking, [...(byBooking.get(booking) ?? []), one]);
  }
  byBooking.forEach((history, booking) => check(booking, history));
  return [...byBooking.values()];
}

/** Each transfer moves the one before it, and the same hours. */
function check(booking: string, history: readonly Told[]): void {
  history.forEach(({ content }, at) => {
    const before = history[at - 1]?.content;
    const follows = before
      ? content.moves === before.id && content.booking === booking && same(kept(content), kept(before))
      : content.id === booking && content.moves === null;
    if (!follows) throw new Unfounded();
  });
}

function kept(content: Content): Json {
  return [content.person, content.hundredths, content.lines, content.facts, content.training];
}

/** What no later transfer undid, the topmost last. */
function standing(history: readonly Told[]): Told[] {
  const pile: Told[] = [];
  history.forEach((one, at) => {
    const { act, state, reverses } = one.content;
    const topmost = pile[pile.length - 1];
    const source = topmost?.content.state ?? "issued";
    if (act === "reverse") {
      const below = pile[pile.length - 2]?.content.state ?? "issued";
      if (!topmost || reverses !== topmost.content.id || state !== below) throw new Unfounded();
      pile.pop();
      return;
    }
    const move = MOVES.get(act);
    const isFirst = at === 0;
    if (!move || (act === "book") !== isFirst || !move[0].includes(source)) throw new Unfounded();
    if (reverses !== null || state !== move[1]) throw new Unfounded();
    pile.push(one);
  });
  return pile;
}

function countsBy(history: readonly Told[]): Told | undefined {
  const topmost = standing(history).pop();
  return topmost && COUNTED.includes(topmost.content.state) ? topmost : undefined;
}

function training(booking: Content): Fields {
  return { key: booking.training["key"]!, version: booking.training["version"]!, ...booking.facts };
}

/** A canonical moment as clocks in Asia/Shanghai showed it: eight hours ahead of UTC all year since 1992. */
export function here(moment: string): string {
  const at = Date.parse(`${moment.slice(0, 19)}Z`);
  return new Date(at + 8 * 3_600_000).toISOString();
}

export function recordedOn(content: Content): string {
  return here(content.recorded_at).slice(0, 10);
}

/** Hundredths of an hour with both places. */
export function fixed(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}
