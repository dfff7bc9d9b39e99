/** A statement or certificate as a file: its form, not its truth (lms/credit/core/paperfile.py). */

import { inflateSync } from "fflate";

import { fromBase64, hex, sha256, utf8 } from "./bytes";
import { canonical, type Fields, type Json, parsed } from "./canonical";
import { checkMoment, hash, type Key, list, object, parseKey, text } from "./note";
import { type Content, SEALS, type Told } from "./papers";

const FORMAT = "qinghe statement 1";
const LARGEST = 20_000_000;
const MOST_HUNDREDTHS = 10 ** 9;
const BEGINS = utf8('{"checkpoint":');

export interface Carried extends Told {
  readonly previous: string;
  readonly position: number | null;
  readonly proof: Uint8Array[];
}

export interface Paper {
  readonly payload: Fields;
  readonly key: string;
  readonly signature: string;
  readonly transfers: Carried[];
  readonly note: string | null;
  readonly keys: Key[];
}

export type Refusal = "not-canonical" | "not-ours" | "broken" | "nothing-attached";

/** The file in its parts, or a word that says why not. */
export function read(content: Uint8Array): Paper | Refusal {
  const carried = isPdf(content) ? attached(content) : content;
  const said = carried && carried.length <= LARGEST ? parsed(carried) : undefined;
  if (said === undefined) return isPdf(content) ? "nothing-attached" : "not-canonical";
  if (!said || typeof said !== "object" || Array.isArray(said) || said["format"] !== FORMAT) return "not-ours";
  try {
    return paper(said);
  } catch {
    return "broken";
  }
}

export function isPdf(content: Uint8Array): boolean {
  return startsWith(content, utf8("%PDF-"));
}

/** What a PDF of ours carries; undefined where it carries nothing, or two different ones. */
function attached(pdf: Uint8Array): Uint8Array | undefined {
  const found = new Map<string, Uint8Array>();
  for (const at of streams(pdf)) {
    const one = inflated(pdf, at);
    if (one) found.set(hex(sha256(one)), one);
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

const STREAM = utf8("stream");
const END = utf8("end");

/** Where streams begin. */
function* streams(pdf: Uint8Array): Generator<number> {
  for (let at = find(pdf, STREAM, 0); at >= 0; at = find(pdf, STREAM, at)) {
    const begun = at > 2 && !startsWith(pdf, END, at - 3);
    at += STREAM.length;
    const gap = pdf[at] === 13 && pdf[at + 1] === 10 ? 2 : pdf[at] === 10 ? 1 : 0;
    at += gap;
    if (begun && gap) yield at;
  }
}

/** A stream's bytes where they are a file of ours, compressed or not; its checksum is not asked, the seal is. */
function inflated(pdf: Uint8Array, at: number): Uint8Array | undefined {
  if (startsWith(pdf, BEGINS, at)) {
    const end = find(pdf, utf8("endstream"), at);
    return end < 0 ? undefined : trimmed(pdf.slice(at, end));
  }
  if (((pdf[at] ?? 0) & 15) !== 8 || (((pdf[at] ?? 0) << 8) | (pdf[at + 1] ?? 0)) % 31) return undefined;
  try {
    const out = inflateSync(pdf.subarray(at + 2));
    return startsWith(out, BEGINS) ? out : undefined;
  } catch {
    return undefined;
  }
}

function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--;
  return bytes.subarray(0, end);
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array, from = 0): boolean {
  return wanted.every((byte, at) => bytes[from + at] === byte);
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (startsWith(bytes, wanted, at)) return at;
  }
  return -1;
}

function paper(said: Fields): Paper {
  const payload = object(said["payload"]);
  checkPayload(payload);
  const note = said["checkpoint"];
  return {
    payload,
    key: text(said["key"]),
    signature: text(said["signature"]),
    transfers: some(said["transfers"]).map(carried),
    note: note === null ? null : text(note),
    keys: some(said["keys"]).map((one) => parseKey(text(one))),
  };
}

function checkPayload(payload: Fields): void {
  if (!SEALS.has(text(payload["type"]))) throw new Error("neither certificate nor statement");
  text(object(payload["person"])["id"]);
  if (payload["type"] !== "statement") return;
  const period = object(payload["period"]);
  checkDay(period["from"]);
  checkDay(period["to"]);
  checkMoment(text(payload["known_at"]));
}

function carried(said: Json): Carried {
  const one = object(said);
  const content = checkContent(object(one["content"]));
  const previous = text(one["previous"]);
  if (one["chain_version"] !== 1 || !/^[0-9a-f]{64}$/.test(previous)) throw new Error("no transfer");
  const position = one["position"];
  if (position !== null && !(typeof position === "number" && position >= 0)) throw new Error("no position");
  const proof = list(one["proof"]).map((step) => hash(text(step)));
  if (proof.length && position === null) throw new Error("a proof of no position");
  const link = hex(sha256(utf8(`qinghe transfer 1\n${previous}\n${canonical(content)}`)));
  return { content, hash: link, previous, position, proof };
}

function checkContent(content: Fields): Content {
  ["id", "person", "act", "state", "recorded_at"].forEach((name) => text(content[name]));
  ["booking", "moves", "reverses"].forEach((name) => content[name] === null || text(content[name]));
  ["training", "facts"].forEach((name) => object(content[name]));
  const whole = content as Content;
  if (typeof whole.sequence !== "number" || typeof object(whole.training)["version"] !== "number") {
    throw new Error("no number");
  }
  text(whole.training["key"]);
  checkMoment(whole.recorded_at);
  checkAmount(whole.hundredths);
  for (const line of some(content["lines"])) {
    const [day, amount, ...more] = list(line);
    if (more.length) throw new Error("no line");
    checkDay(day);
    checkAmount(amount);
  }
  return whole;
}

function some(value: Json | undefined): Json[] {
  const found = list(value);
  if (!found.length) throw new Error("empty");
  return found;
}

function checkDay(value: Json | undefined): void {
  if (!/^2[01][0-9]{2}-[01][0-9]-[0-3][0-9]$/.test(text(value))) throw new Error("no day");
}

function checkAmount(value: Json | undefined): void {
  if (typeof value !== "number" || value <= 0 || value > MOST_HUNDREDTHS) throw new Error("no amount");
}

export function decoded(encoded: string): Uint8Array | undefined {
  try {
    return fromBase64(encoded);
  } catch {
    return undefined;
  }
}
