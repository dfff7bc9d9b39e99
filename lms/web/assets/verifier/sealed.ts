/** What is true of a file, by arithmetic alone; step for step what lms/credit/core/sealed.py does. */

import { hex, isSignedBy, joined, sha256, unhex, utf8 } from "./bytes";
import { canonical, type Fields, type Json, same } from "./canonical";
import { isContinued, isIncluded, leafHash } from "./merkle";
import { type CheckpointFile, type Head, type Key, parseFile, signedHead, type Step, vouchesForRevoked } from "./note";
import { type Carried, decoded, type Paper, read } from "./paperfile";
import { certificate, SEALS, statement, Unfounded } from "./papers";

export type Verdict = "genuine" | "changed" | "revoked" | "undecided" | "unreadable";

export interface Report {
  readonly verdict: Verdict;
  readonly fault: string;
  readonly notes: readonly string[];
  readonly payload?: Fields | undefined;
  readonly key?: Key | undefined;
  readonly head?: Head | undefined;
  readonly newer?: Head | undefined;
  readonly revoked: readonly string[];
}

const NOTHING = { fault: "", notes: [], revoked: [] } as const;

export function check(content: Uint8Array, newer?: Uint8Array, trusted?: readonly Key[]): Report {
  const paper = read(content);
  if (typeof paper === "string") return { ...NOTHING, verdict: "unreadable", fault: paper };
  const { payload } = paper;
  const key = paper.keys.find((one) => one.isEd25519 && hex(sha256(one.bytes)).slice(0, 16) === paper.key);
  const changed = (fault: string): Report => ({ ...NOTHING, verdict: "changed", fault, payload, key });
  if (!key) return changed("key-unknown");
  if (trusted && !trusted.some((one) => hex(one.bytes) === hex(key.bytes))) return changed("key-not-trusted");
  const keys = trusted ?? paper.keys;
  const own = ownState(paper, key, keys);
  if (typeof own === "string") return changed(own);
  const head = own ?? undefined;
  const notes = [placeOf(paper), trusted ? "key-trusted" : "key-compare"];
  const found: Report = { ...NOTHING, verdict: "genuine", notes, payload, key, head };
  return newer ? inTheLightOf(newer, found, keys) : found;
}

/** The signed head that the file stands in (null: in none yet), or what is wrong first within the file itself. */
function ownState(paper: Paper, key: Key, keys: readonly Key[]): Head | null | string {
  const message = joined(utf8(SEALS.get(paper.payload["type"]!)!), utf8(canonical(paper.payload)));
  const signature = decoded(paper.signature);
  if (!signature || !isSignedBy(key.bytes, message, signature)) return "signature";
  if (!isChained(paper.transfers)) return "chain";
  if (!follows(paper)) return "unfounded";
  if (paper.note === null) return paper.transfers.some((one) => one.position !== null) ? "inclusion" : null;
  const head = signedHead(paper.note, keys);
  if (!head) return "checkpoint";
  const included = paper.transfers.every(
    (one) => one.position === null || isIncluded(one.position, head.size, leafHash(unhex(one.hash)), one.proof, head.root),
  );
  return included ? head : "inclusion";
}

/** Whether those that follow each other in number do so by hash too. */
function isChained(transfers: readonly Carried[]): boolean {
  const byNumber = new Map(transfers.map((one) => [one.content.sequence, one]));
  return (
    byNumber.size === transfers.length &&
    transfers.every((one) => {
      const before = byNumber.get(one.content.sequence - 1);
      return !before || one.previous === before.hash;
    })
  );
}

/** Whether what is stated is what these transfers say, of this person. */
function follows({ payload, transfers }: Paper): boolean {
  const person = (payload["person"] as Fields)["id"];
  if (transfers.some((one) => one.content.person !== person)) return false;
  try {
    const stated = payload["type"] === "certificate" ? certificate(transfers) : ofPeriod(payload, transfers);
    return Object.entries(stated).every(([name, value]) => same(value, payload[name] ?? null));
  } catch (error) {
    if (error instanceof Unfounded) return false;
    throw error;
  }
}

function ofPeriod(payload: Fields, transfers: readonly Carried[]): Fields {
  const period = payload["period"] as Record<string, string>;
  return statement(transfers, period["from"]!, period["to"]!, payload["known_at"] as string);
}

function placeOf(paper: Paper): string {
  const placed = paper.transfers.map((one) => one.position !== null);
  if (placed.every(Boolean)) return "in-checkpoint";
  return placed.some(Boolean) ? "partly-in-checkpoint" : "not-in-checkpoint";
}

/** The verdict when a newer checkpoint is at hand: one record that only grew, and hours that still count. */
function inTheLightOf(content: Uint8Array, found: Report, keys: readonly Key[]): Report {
  const undecided = (fault: string): Report => ({ ...found, verdict: "undecided", fault });
  let file: CheckpointFile;
  try {
    file = parseFile(content);
  } catch {
    return undecided("newer-unreadable");
  }
  if (!signedHead(file.note, keys)) return undecided("newer-key");
  if (!vouchesForRevoked(file)) return undecided("newer-list");
  const newer = file.head;
  const fault = found.head ? continuityFault(found.head, file) : "";
  if (fault === "fork") return { ...found, notes: [], verdict: "changed", fault, newer };
  if (fault) return { ...undecided(fault), newer };
  const revoked = counting(found.payload!).filter((one) => file.revoked.has(one));
  if (revoked.length) return { ...found, verdict: "revoked", fault: "revoked", newer, revoked };
  return { ...found, notes: [...found.notes, "not-revoked"], newer };
}

/** Whether the newer tree begins with the one that the file stands in. */
function continuityFault(head: Head, file: CheckpointFile): string {
  const newer = file.head;
  if (newer.size < head.size) return "newer-older";
  if (newer.size === head.size) return hex(newer.root) === hex(head.root) ? "" : "fork";
  const step = file.steps.find((one) => one.head.size === head.size);
  return step ? stepFault(head, step, newer) : "newer-unrelated";
}

function stepFault(head: Head, step: Step, newer: Head): string {
  const continues = (root: Uint8Array): boolean => isContinued(head.size, newer.size, root, newer.root, step.proof);
  if (continues(head.root)) return "";
  // Proved to continue another record of the same length: of two signed ones, one was rewritten.
  return continues(step.head.root) ? "fork" : "newer-unrelated";
}

/** The hashes of the transfers by which what is stated counts. */
function counting(payload: Fields): string[] {
  if (payload["type"] === "certificate") return [payload["hash"] as string];
  return (payload["entries"] as Json[]).flatMap((entry) => {
    const by = (entry as Fields)["counts_by"];
    return typeof by === "string" ? [by] : [];
  });
}
