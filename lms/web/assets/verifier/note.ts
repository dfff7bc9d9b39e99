/** Signed notes and checkpoints (lms/credit/core/note.py, checkpoint.py). What cannot be read throws. */

import { equal, fromBase64, hex, isSignedBy, joined, sha256, toBase64, unhex, utf8 } from "./bytes";
import { type Fields, type Json, parsed } from "./canonical";

const CHECKPOINT = "qinghe checkpoint 1";
const ED25519 = 1;
const COSIGNATURE = 4;
const MOST_SIGNATURES = 100;

export interface Key {
  readonly line: string;
  readonly name: string;
  readonly id: string;
  readonly isEd25519: boolean;
  readonly bytes: Uint8Array;
}

interface Signature {
  readonly name: string;
  readonly id: string;
  readonly value: Uint8Array;
}

interface Note {
  readonly text: string;
  readonly signatures: Signature[];
}

export interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly at: string;
  readonly revoked: number;
  readonly revokedDigest: Uint8Array;
}

export interface Step {
  readonly head: Head;
  readonly proof: Uint8Array[];
}

export interface CheckpointFile {
  readonly head: Head;
  readonly note: string;
  readonly revoked: ReadonlySet<string>;
  readonly steps: Step[];
}

export function parseKey(line: string): Key {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line);
  if (!found) throw new Error("no key");
  const [, name, id, encoded] = found as unknown as [string, string, string, string];
  const material = fromBase64(encoded);
  if (material.length !== 33 || ![ED25519, COSIGNATURE].includes(material[0]!)) throw new Error("no key");
  if (hex(sha256(joined(utf8(`${name}\n`), material)).slice(0, 4)) !== id) throw new Error("no key");
  return { line, name, id, isEd25519: material[0] === ED25519, bytes: material.slice(1) };
}

/** What a note says, where one of these keys signed it; null where none did, or it is no checkpoint's. */
export function signedHead(text: string, keys: readonly Key[]): Head | null {
  try {
    const note = parseNote(text);
    const head = parseHead(note.text);
    return keys.some((key) => key.isEd25519 && isSigned(note, key)) ? head : null;
  } catch {
    return null;
  }
}

/** A line that says it is the key's and is not spoils it, whatever the others. */
function isSigned(note: Note, key: Key): boolean {
  const own = note.signatures.filter((one) => one.name === key.name && one.id === key.id);
  return own.length > 0 && own.every((one) => isSignedBy(key.bytes, utf8(note.text), one.value));
}

function parseNote(text: string): Note {
  const gap = text.lastIndexOf("\n\n");
  // eslint-disable-next-line no-control-regex -- these are what a note must not hold
  if (/[\x00-\x09\x0b-\x1f]/.test(text) || gap < 0 || !text.endsWith("\n") || gap + 2 >= text.length) {
    throw new Error("no note");
  }
  const lines = text.slice(gap + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new Error("too many signatures");
  return { text: text.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): Signature {
  const found = /^— ([^\s+]+) (\S+)$/.exec(line);
  if (!found) throw new Error("no signature");
  const value = fromBase64(found[2]!);
  if (value.length <= 4) throw new Error("no signature");
  return { name: found[1]!, id: hex(value.slice(0, 4)), value: value.slice(4) };
}

function parseHead(text: string): Head {
  const found =
    /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n(\S+)\ntime (\S+)\nstanding-revoked (0|[1-9][0-9]{0,15}) (\S+)\n$/.exec(text);
  if (!found) throw new Error("no checkpoint");
  const [origin, size, root, at, revoked, digest] = found.slice(1) as [string, string, string, string, string, string];
  checkMoment(at);
  const head = {
    origin,
    size: Number(size),
    root: hash(root),
    at,
    revoked: Number(revoked),
    revokedDigest: hash(digest),
  };
  if (!Number.isSafeInteger(head.size) || !Number.isSafeInteger(head.revoked)) throw new Error("no checkpoint");
  return head;
}

/** A checkpoint file, its form checked and nothing else. */
export function parseFile(content: Uint8Array): CheckpointFile {
  const said = object(parsed(content));
  if (said["format"] !== CHECKPOINT) throw new Error("no checkpoint file");
  const note = text(said["note"]);
  const revoked = list(said["revoked"]).map((one) => {
    if (!/^[0-9a-f]{64}$/.test(text(one))) throw new Error("no hash");
    return text(one);
  });
  if (revoked.some((one, at) => at > 0 && one <= revoked[at - 1]!)) throw new Error("not sorted");
  list(said["keys"]).forEach((one) => parseKey(text(one)));
  return {
    head: parseHead(parseNote(note).text),
    note,
    revoked: new Set(revoked),
    steps: list(said["consistency"]).map(parseStep),
  };
}

export function isCheckpointFile(content: Uint8Array): boolean {
  const said = parsed(content);
  return !!said && typeof said === "object" && !Array.isArray(said) && said["format"] === CHECKPOINT;
}

export function vouchesForRevoked(file: CheckpointFile): boolean {
  const hashes = [...file.revoked].sort().map(unhex);
  return file.head.revoked === hashes.length && equal(sha256(joined(...hashes)), file.head.revokedDigest);
}

function parseStep(said: Json): Step {
  const step = object(said);
  const head = parseHead(parseNote(text(step["note"])).text);
  if (step["from"] !== head.size || step["root"] !== toBase64(head.root)) throw new Error("not what its note says");
  return { head, proof: list(step["proof"]).map((one) => hash(text(one))) };
}

/** A moment in UTC to the microsecond, of this century or the next. */
export function checkMoment(at: string): void {
  const found = /^(2[01][0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])\.[0-9]{6}\+00:00$/.exec(at);
  if (!found || new Date(`${found[1]!}Z`).toISOString().slice(0, 19) !== found[1]) throw new Error("no moment");
}

export function hash(encoded: string): Uint8Array {
  const bytes = fromBase64(encoded);
  if (bytes.length !== 32) throw new Error("no hash");
  return bytes;
}

export function object(value: Json | undefined): Fields {
  if (!value || typeof value !== "object" || Array.isArray(value)) throw new Error("no object");
  return value;
}

export function list(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error("no list");
  return value;
}

export function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error("no text");
  return value;
}
