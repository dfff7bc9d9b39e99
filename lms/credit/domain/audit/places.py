"""The tree: that every leaf is its transfer's, every tile its leaves', and every checkpoint's root the tree's."""

import hashlib
from collections import deque
from typing import TYPE_CHECKING

from lms.credit.core import merkle
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.rows import one, rows
from lms.credit.domain.tree import TILE_LEVELS, WIDTH, top_of

if TYPE_CHECKING:
    from lms.credit.domain.audit.signed import Signed

_TILES = """
SELECT level, "index", hashes, root FROM credit_treetile
JOIN unnest(%s::int[], %s::bigint[]) AS grown(level, "index") USING (level, "index")
"""


class Places:
    """Grows the tree again, leaf by leaf; keeps the right edge of it alone."""

    def __init__(self, checkpoints: "list[Signed]") -> None:
        self.size = 0
        self._edge: list[list[bytes]] = [[]]
        self._tiles = [0]
        self._grown: dict[tuple[int, int], tuple[bytes, bytes]] = {}
        self._ended = False
        self._due = deque(sorted(checkpoints, key=lambda one: one.head.size))
        self._meet_checkpoints()

    def add(
        self,
        position: int | None,
        leaf: bytes | None,
        transfer_hash: str,
        person: str,
        sequence: int,
    ) -> None:
        """The next transfer in order, and the leaf that it has, if any. Raises Fault."""
        if position is None:
            self._ended = True
            return
        if self._ended or position != self.size:
            raise Fault(
                f"person {person}: transfer {sequence} stands at {position} of the tree, but {self.size} is next:"
                " transfers are missing, were put in between, or changed their order"
            )
        own = hashlib.sha256(b"\x00" + bytes.fromhex(transfer_hash)).digest()
        if leaf != own:
            raise Fault(
                f"person {person}: transfer {sequence} is not what stands at {position} of the tree"
            )
        self.size += 1
        edge = self._edge[0]
        edge.append(own)
        if len(edge) == WIDTH:
            self._fill(0)
        if self._due and self._due[0].head.size == self.size:
            self._meet_checkpoints()

    def compare(self) -> None:
        """The tiles that were filled since the last time are those that are kept. Raises Fault."""
        if not self._grown:
            return
        levels, indexes = zip(*self._grown, strict=True)
        kept = {
            (level, index): (bytes(hashes), bytes(root))
            for level, index, hashes, root in rows(_TILES, list(levels), list(indexes))
        }
        for (level, index), grown in self._grown.items():
            if kept.get((level, index)) != grown:
                raise Fault(f"tile {level}/{index} of the tree is missing or was changed")
        self._grown.clear()

    def finish(self) -> None:
        """After the last transfer: nothing is left over. Raises Fault."""
        if (kept := one("SELECT count(*) FROM credit_treeleaf")) != self.size:
            raise Fault(f"the tree has {kept} leaves, but {self.size} transfers stand in it")
        if (kept := one("SELECT count(*) FROM credit_treetile")) != sum(self._tiles):
            raise Fault(f"the tree has {kept} tiles, where {sum(self._tiles)} belong")
        if self._due:
            raise Fault(
                f"{self._due[0].what} is over {self._due[0].head.size} transfers, but only {self.size} stand in the"
                " tree: the last ones were removed, or an older backup was restored"
            )

    def _fill(self, level: int) -> None:
        index, hashes = self._tiles[level], self._edge[level]
        root = top_of(hashes)
        self._grown[level, index] = (b"".join(hashes), root)
        self._tiles[level] += 1
        self._edge[level] = []
        if level + 1 == len(self._edge):
            self._edge.append([])
            self._tiles.append(0)
        self._edge[level + 1].append(root)
        if len(self._edge[level + 1]) == WIDTH:
            self._fill(level + 1)

    def _meet_checkpoints(self) -> None:
        while self._due and self._due[0].head.size == self.size:
            checkpoint = self._due.popleft()
            if merkle.root(self.size, self._node) != checkpoint.head.root:
                raise Fault(
                    f"{checkpoint.what} was signed over other transfers than the first {self.size}"
                )

    def _node(self, level: int, index: int) -> bytes:
        tile_level, above = divmod(level, TILE_LEVELS)
        first = (index << above) - self._tiles[tile_level] * WIDTH
        return top_of(self._edge[tile_level][first : first + (1 << above)])
