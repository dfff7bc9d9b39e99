"""The kept tree against the pure one, at every size and across the borders of tiles."""

import hashlib

import pytest

from lms.credit.core import merkle
from lms.credit.domain import tree
from lms.credit.domain.tree import TreeError
from lms.credit.models.proof import TreeLeaf, TreeTile
from lms.testing import credit
from lms.testing.factories import PersonFactory


@pytest.fixture
def transfers(own_database, postgres):
    """Adds rows that only the tree looks at: a superuser's, whom no trigger asks for lines and postings."""

    def add(count: int) -> None:
        entry = credit.booked(PersonFactory())
        with postgres.connect("postgres", own_database) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(COPIES, [count - 1, entry.id])

    return add


COPIES = """
    INSERT INTO credit_transfer (public_id, person_id, key, act, state, hundredths, happened_on, recorded_at,
        because_digest, version_id, facts, evidence, evidence_digest, paid_digest, sequence, previous, hash,
        chain_version)
    SELECT gen_random_uuid(), person_id, 'copy:' || n, act, state, hundredths, happened_on, recorded_at,
        '', version_id, '{}', '{}', '', '', n + 1, '', encode(sha256(n::text::bytea), 'hex'), 1
    FROM credit_transfer, generate_series(1, %s) n WHERE public_id = %s
"""


def reference() -> merkle.Nodes:
    leaves = TreeLeaf.objects.order_by("position").values_list("transfer__hash", flat=True)
    levels = [[hashlib.sha256(b"\0" + bytes.fromhex(one)).digest() for one in leaves]]
    while len(levels[-1]) > 1:
        levels.append(merkle.hashes_above(levels[-1][: len(levels[-1]) // 2 * 2]))
    return lambda level, index: levels[level][index]


def test_tree_of_nothing(db) -> None:
    assert tree.grow() == 0
    assert tree.root_at(0) == merkle.EMPTY_ROOT


def test_leaves_in_the_order_of_the_transfers_and_once(transfers) -> None:
    transfers(5)
    assert (tree.grow(), tree.grow()) == (5, 5)
    placed = list(TreeLeaf.objects.order_by("position").values_list("position", "transfer_id"))
    assert [position for position, _ in placed] == list(range(5))
    assert placed == sorted(placed, key=lambda row: row[1])


def test_roots_and_proofs_across_tiles(transfers, monkeypatch) -> None:
    monkeypatch.setattr(tree, "BATCH", 20_000)
    transfers(66_100)
    assert tree.grow() == 66_100
    nodes = reference()
    assert TreeTile.objects.filter(level=0).count() == 258
    assert TreeTile.objects.filter(level=1).count() == 1
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_048, 66_100):
        assert tree.root_at(size) == merkle.root(size, nodes)
        for old in (1, size // 3 + 1, size):
            assert tree.consistency(old, size) == merkle.consistency_proof(old, size, nodes)
        for position in {0, size // 2, size - 1}:
            transfer = TreeLeaf.objects.get(position=position).transfer_id
            place = tree.place_of(transfer, size)
            assert place.position == position
            assert list(place.proof) == merkle.inclusion_proof(position, size, nodes)


def test_reads_do_not_grow_with_the_tree(transfers, django_assert_num_queries) -> None:
    transfers(600)
    size = tree.grow()
    with django_assert_num_queries(3):
        tree.root_at(size)
    transfer = TreeLeaf.objects.get(position=3).transfer_id
    with django_assert_num_queries(4):
        tree.place_of(transfer, size)


def test_grown_in_steps_it_is_the_same_tree(transfers) -> None:
    for _ in range(3):
        transfers(101)
        size = tree.grow()
        assert tree.root_at(size) == merkle.root(size, reference())
    assert TreeTile.objects.count() == 1


def test_what_is_not_in_the_tree_has_no_place(transfers) -> None:
    transfers(3)
    size = tree.grow()
    late = credit.booked(PersonFactory()).booking
    assert tree.place_of(late.pk, size) is None
    assert tree.grow() == 4
    assert tree.place_of(late.pk, size) is None
    assert tree.place_of(late.pk, 4) is not None


def test_tree_that_lacks_something_says_what(transfers) -> None:
    transfers(3)
    tree.grow()
    with pytest.raises(TreeError, match="leaf 3 of the tree is missing"):
        tree.root_at(4)
