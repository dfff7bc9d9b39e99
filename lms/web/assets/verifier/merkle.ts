/** RFC 9162, 2.1: that a leaf is in a tree, and that a tree only grew (lms/credit/core/merkle.py). */

import { equal, joined, sha256 } from "./bytes";

export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(joined(Uint8Array.of(0), data));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(joined(Uint8Array.of(1), left, right));
}

const half = (number: number): number => Math.floor(number / 2);
const isOdd = (number: number): boolean => number % 2 === 1;

export function isIncluded(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0 || index >= size) return false;
  let [place, last, at] = [index, size - 1, leaf];
  for (const one of proof) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      at = nodeHash(one, at);
      while (!isOdd(place) && place) [place, last] = [half(place), half(last)];
    } else {
      at = nodeHash(at, one);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(at, root);
}

export function isContinued(
  old: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: Uint8Array[],
): boolean {
  if (old < 0 || old > size) return false;
  if (old === size) return !proof.length && equal(oldRoot, root);
  if (old === 0) return !proof.length && equal(oldRoot, sha256(new Uint8Array()));
  let [place, last] = [old - 1, size - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  // A complete old tree is a node of the new one, so that the proof need not say its root.
  const path = place === 0 ? [oldRoot, ...proof] : proof;
  const first = path[0];
  if (!first) return false;
  let [before, after] = [first, first];
  for (const one of path.slice(1)) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      [before, after] = [nodeHash(one, before), nodeHash(one, after)];
      while (!isOdd(place) && place) [place, last] = [half(place), half(last)];
    } else {
      after = nodeHash(after, one);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(before, oldRoot) && equal(after, root);
}
