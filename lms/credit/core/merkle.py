"""Merkle trees as RFC 9162 (section 2.1) has them: roots, proofs that a leaf is in, proofs that a tree only grew.

Nothing here holds a tree. What is computed names the nodes that it needs: complete subtrees, by level (0: leaf hashes)
and index at that level. Whoever keeps the tree hands their hashes over (`Nodes`); a list of leaf hashes is one way.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves."""

Node = tuple[int, int]
"""Level and index of a complete subtree: the hash over leaves [index * 2**level, (index + 1) * 2**level)."""
Nodes = Callable[[int, int], bytes]
"""Level and index in, hash out."""
Span = tuple[int, int]
"""Leaves [start, end)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hashes_above(hashes: Sequence[bytes]) -> list[bytes]:
    """The next level over an even number of hashes."""
    pairs = zip(hashes[::2], hashes[1::2], strict=True)
    return [node_hash(left, right) for left, right in pairs]


def root(size: int, nodes: Nodes) -> bytes:
    """The root of a tree of `size` leaves."""
    return _hash_of((0, size), nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """PATH(index, D[size]): the hashes that lead from a leaf to the root. Raises ValueError for a leaf beyond it."""
    return [_hash_of(span, nodes) for span in _inclusion_spans(index, size)]


def consistency_proof(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """PROOF(old, D[size]): that the tree of `old` leaves is the beginning of this one; empty where it is all or none.

    Raises ValueError where the tree is said to have shrunk.
    """
    return [_hash_of(span, nodes) for span in _consistency_spans(old, size)]


def root_nodes(size: int) -> set[Node]:
    """The nodes that `root` asks for."""
    return set(_nodes_of((0, size)))


def inclusion_nodes(index: int, size: int) -> set[Node]:
    """The nodes that `inclusion_proof` asks for."""
    return {node for span in _inclusion_spans(index, size) for node in _nodes_of(span)}


def consistency_nodes(old: int, size: int) -> set[Node]:
    """The nodes that `consistency_proof` asks for."""
    return {node for span in _consistency_spans(old, size) for node in _nodes_of(span)}


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the leaf hash stands at `index` in the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, expected, *proof]):
        return False
    place, last, at = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            at = node_hash(one, at)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            at = node_hash(at, one)
        place, last = place >> 1, last >> 1
    return last == 0 and at == expected


def verify_consistency(
    old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of `old` leaves and root is the beginning of the other (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or not _are_hashes([old_root, new_root, *proof]):
        return False
    if old == size:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    # A complete old tree is a node of the new one, so that the proof need not say its root.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(one, before), node_hash(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, one)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def _inclusion_spans(index: int, size: int) -> list[Span]:
    """The siblings along the way, the leaf's own first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def _consistency_spans(old: int, size: int) -> list[Span]:
    """SUBPROOF of RFC 9162, 2.1.4.1, without its recursion."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} cannot continue one of {old}")
    if old in (0, size):
        return []
    spans: list[Span] = []
    start, end = 0, size
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    # Where the old tree is a complete subtree from the first leaf on, its root is known to whoever checks.
    return [(start, end), *spans[::-1]] if start else spans[::-1]


def _nodes_of(span: Span) -> Iterable[Node]:
    """The complete subtrees that a span of a tree consists of, from left to right."""
    start, end = span
    while start < end:
        # The largest that starts here and still fits; a span's start is a multiple of every one that follows.
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def _hash_of(span: Span, nodes: Nodes) -> bytes:
    parts = [nodes(level, index) for level, index in _nodes_of(span)]
    at = parts.pop()
    while parts:
        at = node_hash(parts.pop(), at)
    return at


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(all_of: Iterable[bytes]) -> bool:
    return all(isinstance(one, bytes) and len(one) == HASH_BYTES for one in all_of)
