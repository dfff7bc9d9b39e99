/** JSON in its one spelling: keys sorted by code point, no spaces, whole numbers only (lms/credit/core/chain.py). */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Fields = { [name: string]: Json };

const DEEPEST = 40;

/** The canonical text. Throws where there is none: a fraction, half a surrogate pair, a NUL, too deep. */
export function canonical(value: Json, depth = 0): string {
  if (depth > DEEPEST) throw new Error("too deep");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("no whole number");
    return String(value);
  }
  if (typeof value === "string") {
    if (value.includes("\0") || [...value].some(isHalf)) throw new Error("no text");
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(",")}]`;
  const names = Object.keys(value).sort(byCodePoint);
  return `{${names.map((name) => `${canonical(name)}:${canonical(value[name]!, depth + 1)}`).join(",")}}`;
}

/** Half a surrogate pair: the string's iterator yields whole pairs otherwise. */
function isHalf(letter: string): boolean {
  return letter.length === 1 && letter >= "\ud800" && letter <= "\udfff";
}

/** Order by code point; JavaScript's own order is by 16-bit units, which differs beyond the first plane. */
export function byCodePoint(left: string, right: string): number {
  const [one, other] = [[...left], [...right]];
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const apart = one[at]!.codePointAt(0)! - other[at]!.codePointAt(0)!;
    if (apart) return apart;
  }
  return one.length - other.length;
}

export function same(left: Json, right: Json): boolean {
  return canonical(left) === canonical(right);
}

/** Bytes of a file that is its own canonical form, with one newline at the end at most; null for any other. */
export function parsed(content: Uint8Array): Json | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    const said = text.endsWith("\n") ? text.slice(0, -1) : text;
    const value = JSON.parse(said) as Json;
    return canonical(value) === said ? value : undefined;
  } catch {
    return undefined;
  }
}
