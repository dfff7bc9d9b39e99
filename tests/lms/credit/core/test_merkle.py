"""Trees and proofs against the definitions of RFC 9162 written down literally, and against known vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core import merkle


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# RFC 9162, 2.1.1, 2.1.3.1 and 2.1.4.1, as they are printed there.
def mth(d: list[bytes]) -> bytes:
    n = len(d)
    if n == 0:
        return sha(b"")
    if n == 1:
        return sha(b"\x00" + d[0])
    k = largest_power(n)
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    n = len(d)
    if n == 1:
        return []
    k = largest_power(n)
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: list[bytes]) -> list[bytes]:
    return subproof(m, d, b=True)


def subproof(m: int, d: list[bytes], *, b: bool) -> list[bytes]:
    n = len(d)
    if m == n:
        return [] if b else [mth(d)]
    k = largest_power(n)
    if m <= k:
        return [*subproof(m, d[:k], b=b), mth(d[k:])]
    return [*subproof(m - k, d[k:], b=False), mth(d[:k])]


def largest_power(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def kept(leaves: list[bytes]) -> merkle.Nodes:
    levels = [[merkle.leaf_hash(one) for one in leaves]]
    while len(levels[-1]) > 1:
        levels.append(merkle.hashes_above(levels[-1][: len(levels[-1]) // 2 * 2]))
    return lambda level, index: levels[level][index]


# The eight leaves that implementations of RFC 6962 share, and the roots over the first 1 to 8 of them.
LEAVES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def test_known_roots_and_proofs() -> None:
    nodes = kept(LEAVES)
    assert [merkle.root(size, nodes).hex() for size in range(1, 9)] == ROOTS
    assert merkle.root(0, nodes) == sha(b"")
    for (index, size), known in INCLUSION.items():
        assert [one.hex() for one in merkle.inclusion_proof(index, size, nodes)] == known
    for (old, size), known in CONSISTENCY.items():
        assert [one.hex() for one in merkle.consistency_proof(old, size, nodes)] == known


@given(st.integers(1, 70), st.data())
def test_proofs_are_those_of_the_rfc_and_verify(size: int, data) -> None:
    leaves = [bytes([number]) for number in range(size)]
    nodes = kept(leaves)
    assert merkle.root(size, nodes) == mth(leaves)
    index = data.draw(st.integers(0, size - 1))
    found = merkle.inclusion_proof(index, size, nodes)
    assert found == path(index, leaves)
    assert merkle.verify_inclusion(index, size, sha(b"\0" + leaves[index]), found, mth(leaves))
    old = data.draw(st.integers(1, size))
    found = merkle.consistency_proof(old, size, nodes)
    assert found == proof(old, leaves)
    assert merkle.verify_consistency(old, size, mth(leaves[:old]), mth(leaves), found)


@given(st.integers(1, 70), st.data())
def test_nodes_named_are_the_nodes_asked_for(size: int, data) -> None:
    leaves = [bytes([number]) for number in range(size)]
    known, asked = kept(leaves), set()

    def nodes(level: int, index: int) -> bytes:
        asked.add((level, index))
        return known(level, index)

    index = data.draw(st.integers(0, size - 1))
    for named, ask in (
        (merkle.root_nodes(size), lambda: merkle.root(size, nodes)),
        (merkle.inclusion_nodes(index, size), lambda: merkle.inclusion_proof(index, size, nodes)),
        (
            merkle.consistency_nodes(index, size),
            lambda: merkle.consistency_proof(index, size, nodes),
        ),
    ):
        asked.clear()
        ask()
        assert asked == named


@given(st.integers(2, 70), st.data())
def test_no_other_inclusion_verifies(size: int, data) -> None:
    leaves = [bytes([number]) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    right = (
        index,
        size,
        sha(b"\0" + leaves[index]),
        merkle.inclusion_proof(index, size, kept(leaves)),
        mth(leaves),
    )
    other = data.draw(st.integers(0, 200).filter(lambda one: one != index))
    assert not merkle.verify_inclusion(other, *right[1:])
    assert not merkle.verify_inclusion(index, size, sha(b"other"), *right[3:])
    assert not merkle.verify_inclusion(*right[:3], broken(right[3], data), right[4])
    assert not merkle.verify_inclusion(*right[:4], mth(leaves[:-1]))


@given(st.integers(2, 70), st.data())
def test_no_other_consistency_verifies(size: int, data) -> None:
    leaves = [bytes([number]) for number in range(size)]
    old = data.draw(st.integers(1, size - 1))
    found = merkle.consistency_proof(old, size, kept(leaves))
    roots = (mth(leaves[:old]), mth(leaves))
    assert not merkle.verify_consistency(old, size, *roots, broken(found, data))
    assert not merkle.verify_consistency(old, size, *roots[::-1], found)
    assert not merkle.verify_consistency(size, old, *roots, found)
    forked = mth([*leaves[: old - 1], b"forked"])
    assert not merkle.verify_consistency(old, size, forked, roots[1], found)


def broken(hashes: list[bytes], data) -> list[bytes]:
    if not hashes:
        return [sha(b"more")]
    place = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(hashes[place], "big") ^ 1 << bit).to_bytes(32, "big")
    return data.draw(
        st.sampled_from(
            [
                [*hashes[:place], flipped, *hashes[place + 1 :]],
                [*hashes[:place], *hashes[place + 1 :]],
                [*hashes, sha(b"more")],
                [sha(b"more"), *hashes],
                [*hashes[:place], hashes[place][:31], *hashes[place + 1 :]],
            ]
        )
    )


@pytest.mark.parametrize(
    ("old", "size", "old_root", "new_root", "proof", "fine"),
    [
        (0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [], True),
        (0, 8, merkle.EMPTY_ROOT, bytes.fromhex(ROOTS[7]), [], True),
        (0, 8, bytes(32), bytes.fromhex(ROOTS[7]), [], False),
        (0, 8, merkle.EMPTY_ROOT, bytes.fromhex(ROOTS[7]), [bytes(32)], False),
        (8, 8, bytes.fromhex(ROOTS[7]), bytes.fromhex(ROOTS[7]), [], True),
        (8, 8, bytes.fromhex(ROOTS[6]), bytes.fromhex(ROOTS[7]), [], False),
        (8, 8, bytes.fromhex(ROOTS[7]), bytes.fromhex(ROOTS[7]), [bytes(32)], False),
        (-1, 8, merkle.EMPTY_ROOT, bytes.fromhex(ROOTS[7]), [], False),
    ],
)
def test_consistency_of_all_and_nothing(old, size, old_root, new_root, proof, fine) -> None:
    assert merkle.verify_consistency(old, size, old_root, new_root, proof) is fine


def test_what_lies_beyond_the_tree_is_refused() -> None:
    nodes = kept(LEAVES)
    with pytest.raises(ValueError, match="leaf 8 is not in a tree of 8"):
        merkle.inclusion_proof(8, 8, nodes)
    with pytest.raises(ValueError, match="cannot continue"):
        merkle.consistency_proof(9, 8, nodes)
