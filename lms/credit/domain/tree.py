"""The Merkle tree over all transfers: the one sequencer that gives them their places, and what is read from it.

A tree is kept as leaves and as full tiles of 256 hashes (the idea of c2sp.org/tlog-tiles), so that adding to it, its
root and any proof touch as many rows as the tree has levels, whatever its size.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from lms.credit.core import merkle, moves
from lms.credit.domain.ledger import LEDGER
from lms.credit.models.proof import TreeLeaf, TreeTile

SEQUENCER = LEDGER + 1
"""The advisory lock of whoever adds to the tree or signs it."""
BATCH = 50_000
"""Leaves added in one transaction."""
TILE_LEVELS = 8
WIDTH = 1 << TILE_LEVELS
_PATIENCE_S = 60
_LOCK_TIMEOUT_MS = 200
"""How long those who post wait behind us at a time, should somebody's posting take long."""


class TreeError(Exception):
    """The tree is not what it must be: somebody changed it, or it comes from an older backup."""


@dataclass(frozen=True, slots=True)
class Place:
    """A transfer's place in the tree, and the proof for a tree of `size` leaves."""

    position: int
    size: int
    proof: tuple[bytes, ...]


def grow() -> int:
    """Give every transfer that is settled by now its place; the size then. Killed midway it leaves a whole tree."""
    settled = _settled()
    while True:
        with locked():
            size, last = _end()
            grown = _add(size, last, settled)
        if grown < BATCH:
            return size + grown


@contextmanager
def locked() -> Iterator[None]:
    """A transaction that nobody else who adds to the tree or signs it runs beside."""
    with transaction.atomic():
        _rows("SELECT pg_advisory_xact_lock(%s)", SEQUENCER)
        yield


def size_now() -> int:
    """How many leaves the tree has."""
    return _end()[0]


def has_more_than(size: int) -> bool:
    """Whether the ledger holds more than the first `size` transfers of the tree, placed already or not."""
    last = TreeLeaf.objects.filter(position=size - 1).values_list("transfer_id", flat=True).first()
    return bool(_rows("SELECT EXISTS (SELECT FROM credit_transfer WHERE id > %s)", last or 0)[0][0])


def root_at(size: int) -> bytes:
    """The root over the first `size` leaves. Raises TreeError where there are fewer, or what is needed is missing."""
    return merkle.root(size, nodes_for(merkle.root_nodes(size)))


def consistency(old: int, size: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of the one of `size`. Raises TreeError as above."""
    nodes = nodes_for(merkle.consistency_nodes(old, size))
    return merkle.consistency_proof(old, size, nodes)


def place_of(transfer_id: int, size: int) -> Place | None:
    """Where a transfer stands in the tree of `size` leaves, with the proof; None where it is not in it."""
    return places_of([transfer_id], size).get(transfer_id)


def places_of(transfers: Collection[int], size: int) -> dict[int, Place]:
    """The places of those that are in the tree of `size` leaves, with their proofs; four queries at the most."""
    positions = positions_of(transfers, size)
    wanted = {node for one in positions.values() for node in merkle.inclusion_nodes(one, size)}
    nodes = nodes_for(wanted)
    return {
        pk: Place(position, size, tuple(merkle.inclusion_proof(position, size, nodes)))
        for pk, position in positions.items()
    }


def positions_of(transfers: Collection[int], size: int) -> dict[int, int]:
    """The positions of those that are in the tree of `size` leaves, by key."""
    found = TreeLeaf.objects.filter(transfer_id__in=transfers, position__lt=size)
    return dict(found.values_list("transfer_id", "position"))


def nodes_for(wanted: Iterable[merkle.Node]) -> merkle.Nodes:
    """The hashes of complete subtrees, read in three queries at the most. Raises TreeError where one is missing."""
    spans = {node: _span_of(node) for node in wanted}
    tiles = _tiles({span.tile for span in spans.values()})
    apart = [span for span in spans.values() if span.tile not in tiles]
    leaves = _leaves([one for span in apart if span.tile[0] == 0 for one in span.indexes])
    roots = _roots(
        [(span.tile[0] - 1, one) for span in apart if span.tile[0] for one in span.indexes]
    )
    found: dict[merkle.Node, bytes] = {}
    for node, span in spans.items():
        if whole := tiles.get(span.tile):
            hashes = _cut(whole)[span.start : span.start + span.count]
        elif span.tile[0] == 0:
            hashes = [_known(leaves, one, f"leaf {one}") for one in span.indexes]
        else:
            below = [(span.tile[0] - 1, one) for one in span.indexes]
            hashes = [_known(roots, one, f"tile {one[0]}/{one[1]}") for one in below]
        found[node] = top_of(hashes)
    return lambda level, index: found[level, index]


def top_of(hashes: list[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = merkle.hashes_above(hashes)
    return hashes[0]


@dataclass(frozen=True, slots=True)
class _Span:
    """Hashes of a tile that make up a node."""

    tile: tuple[int, int]
    start: int
    count: int

    @property
    def indexes(self) -> range:
        """The same by their index on the tile's level."""
        first = self.tile[1] * WIDTH + self.start
        return range(first, first + self.count)


def _span_of(node: merkle.Node) -> _Span:
    level, index = node
    tile_level, above = divmod(level, TILE_LEVELS)
    first = index << above
    return _Span((tile_level, first // WIDTH), first % WIDTH, 1 << above)


def _tiles(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    return {
        (level, index): bytes(hashes)
        for level, index, hashes in _rows(
            "SELECT tile.level, tile.index, tile.hashes FROM credit_treetile tile"
            " JOIN unnest(%s::int[], %s::bigint[]) AS wanted(level, index) USING (level, index)",
            *_columns(wanted),
        )
    }


def _roots(wanted: list[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    if not wanted:
        return {}
    return {
        (level, index): bytes(root)
        for level, index, root in _rows(
            "SELECT tile.level, tile.index, tile.root FROM credit_treetile tile"
            " JOIN unnest(%s::int[], %s::bigint[]) AS wanted(level, index) USING (level, index)",
            *_columns(wanted),
        )
    }


def _leaves(positions: list[int]) -> dict[int, bytes]:
    if not positions:
        return {}
    found = TreeLeaf.objects.filter(position__in=positions).values_list("position", "hash")
    return {position: bytes(leaf) for position, leaf in found}


def _known(found: Mapping[Any, bytes], key: Any, what: str) -> bytes:
    if key not in found:
        raise TreeError(f"{what} of the tree is missing")
    return found[key]


def _cut(hashes: bytes) -> list[bytes]:
    step = merkle.HASH_BYTES
    return [hashes[at : at + step] for at in range(0, len(hashes), step)]


def _columns(pairs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    ordered = sorted(pairs)
    return [level for level, _ in ordered], [index for _, index in ordered]


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _settled() -> int:
    """A key up to which every transfer is either there for all to see or will never be.

    Keys are handed out before rows are there for others to see. Whoever posts holds LEDGER shared until the commit;
    once we have held it alone for a moment, no lower key can still appear.
    """
    return _patiently(_highest_key)


def _highest_key() -> int:
    with transaction.atomic():
        _rows("SELECT set_config('lock_timeout', %s, true)", f"{_LOCK_TIMEOUT_MS}ms")
        _rows("SELECT pg_advisory_xact_lock(%s)", LEDGER)
        return int(_rows("SELECT COALESCE(max(id), 0) FROM credit_transfer")[0][0])


def _patiently(act: Callable[[], int]) -> int:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return act()
        except OperationalError as error:
            busy = isinstance(error.__cause__, LockNotAvailable)
            if not busy or connection.in_atomic_block or time.monotonic() > deadline:
                raise
            # Somebody posts much at once: let others by, then ask again.
            time.sleep(_LOCK_TIMEOUT_MS / 1000)


def _end() -> tuple[int, int]:
    """Size, and the key of the last transfer that has a place."""
    last = TreeLeaf.objects.order_by("-position").values_list("position", "transfer_id").first()
    return (last[0] + 1, last[1]) if last else (0, 0)


_ADD = """
    INSERT INTO credit_treeleaf (position, transfer_id, hash)
    SELECT %s + row_number() OVER (ORDER BY id) - 1, id, sha256('\\x00'::bytea || decode(hash, 'hex'))
    FROM (
        SELECT id, hash FROM credit_transfer WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
    ) AS waiting
"""


def _add(size: int, last: int, settled: int) -> int:
    """Add one batch of leaves, the tiles that it fills, and what it undoes."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [size, last, settled, BATCH])
        added = int(cursor.rowcount)
        if added:
            _fill_tiles(size, size + added)
            counted = list(moves.COUNTED)
            cursor.execute(
                _REVOKE, {"old": size, "new": size + added, "counted": counted, "book": moves.BOOK}
            )
    return added


def _fill_tiles(old: int, size: int) -> None:
    level = 0
    while full := size // WIDTH:
        first = old // WIDTH
        span = range(first * WIDTH, full * WIDTH)
        if span:
            known = _leaf_hashes(span) if level == 0 else _tile_roots(level - 1, span)
            if len(known) != len(span):
                raise TreeError(
                    f"hashes {span.start} to {span.stop - 1} of level {level} are not all there"
                )
            cuts = [known[at : at + WIDTH] for at in range(0, len(known), WIDTH)]
            TreeTile.objects.bulk_create(
                TreeTile(level=level, index=first + number, hashes=b"".join(cut), root=top_of(cut))
                for number, cut in enumerate(cuts)
            )
        old, size, level = first, full, level + 1


def _leaf_hashes(span: range) -> list[bytes]:
    found = TreeLeaf.objects.filter(position__gte=span.start, position__lt=span.stop)
    return [bytes(leaf) for leaf in found.order_by("position").values_list("hash", flat=True)]


def _tile_roots(level: int, span: range) -> list[bytes]:
    found = TreeTile.objects.filter(level=level, index__gte=span.start, index__lt=span.stop)
    return [bytes(root) for root in found.order_by("index").values_list("root", flat=True)]


# Of the bookings that the new leaves moved out of, or back into, the states that count: each transfer that brought
# them there, where it holds no longer, or again. A booking's first move has nothing to give back.
_REVOKE = """
    WITH touched AS (
        SELECT DISTINCT new.booking_id AS booking
        FROM credit_treeleaf leaf
        JOIN credit_transfer new ON new.id = leaf.transfer_id
        JOIN credit_transfer before ON before.id = new.moves_id
        WHERE leaf.position >= %(old)s AND leaf.position < %(new)s AND before.act <> %(book)s
            AND (new.state = ANY(%(counted)s)) <> (before.state = ANY(%(counted)s))
    ), placed AS (
        SELECT one.id, one.booking_id, one.sequence, one.state = ANY(%(counted)s) AS counts
        FROM touched
        JOIN credit_transfer one ON one.booking_id = touched.booking
        JOIN credit_treeleaf leaf ON leaf.transfer_id = one.id AND leaf.position < %(new)s
    ), standing AS (
        SELECT DISTINCT ON (booking_id) booking_id, counts FROM placed ORDER BY booking_id, sequence DESC
    )
    INSERT INTO credit_revocation (transfer_id, size, revoked)
    SELECT placed.id, %(new)s, NOT standing.counts
    FROM placed JOIN standing USING (booking_id)
    WHERE placed.counts AND standing.counts = COALESCE(
        (SELECT known.revoked FROM credit_revocation known
         WHERE known.transfer_id = placed.id ORDER BY known.size DESC LIMIT 1), false)
"""
