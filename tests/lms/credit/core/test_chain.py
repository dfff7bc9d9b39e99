"""One way to write facts down, and a chain that shows where it was broken."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.chain import START, Link, canonical, digest, link

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


@given(FACTS)
def test_canonical_reads_back_and_is_one_spelling(facts) -> None:
    written = canonical(facts)
    assert json.loads(written) == facts
    assert canonical(json.loads(written)) == written


def test_canonical_is_fixed_for_ever() -> None:
    facts = {"人": ["阿依古丽·吐尔逊", None, True], "b": {"z": -1, "a": '\u2028\n"𬱖'}}
    written = '{"b":{"a":"\u2028\\n\\"𬱖","z":-1},"人":["阿依古丽·吐尔逊",null,true]}'
    assert canonical(facts) == written.encode()
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert link(START, {}) == "bccdf422fed369b4c480ff512234f99e8588cfd812a47a6aaf8a48c1af57b293"


@pytest.mark.parametrize("facts", [1.5, {"a": [0.0]}, {1: 2}, b"x", {"a": object()}, {1, 2}])
def test_canonical_refuses_what_has_no_one_spelling(facts) -> None:
    with pytest.raises(TypeError):
        canonical(facts)


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_canonical_refuses_what_is_no_text(text: str) -> None:
    for facts in (text, {text: 1}, [text]):
        with pytest.raises(ValueError, match=r"surrogate|NUL"):
            canonical(facts)


def test_canonical_takes_a_text_that_only_spells_a_nul() -> None:
    for facts in ("\\u0000", {"\\u0000": [1, {"a": "\\\\u0000"}]}):
        assert json.loads(canonical(facts)) == facts


def chained(count: int) -> list[Link]:
    links, before = [], START
    for sequence in range(1, count + 1):
        facts = {"n": sequence}
        links.append(Link(sequence, before, link(before, facts), facts))
        before = links[-1].hash
    return links


def end(links: list[Link]) -> tuple[int, str]:
    return (links[-1].sequence, links[-1].hash) if links else (0, START)


def is_whole(links: list[Link], known_end: tuple[int, str]) -> bool:
    """As anybody would read a chain who knows its documentation and where it ends."""
    at = (0, START)
    for one in links:
        if (one.sequence - 1, one.previous) != at or one.hash != link(one.previous, one.facts):
            return False
        at = (one.sequence, one.hash)
    return at == known_end


@given(st.integers(0, 6), st.data())
def test_every_break_is_found(count: int, data) -> None:
    links = chained(count)
    assert is_whole(links, end(links))
    if not links:
        return
    place = data.draw(st.integers(0, count - 1))
    one = links[place]
    broken = data.draw(
        st.sampled_from(
            [
                links[:place] + links[place + 1 :],
                [*links[:place], one, *links[place:]],
                [*links[:place], Link(one.sequence, one.previous, one.hash, {"n": -1}), *links[place + 1 :]],
                [*links[:place], Link(one.sequence, one.hash, one.hash, one.facts), *links[place + 1 :]],
                [*links, Link(count + 1, one.hash, link(one.hash, {}), {})] if place < count - 1 else links[:-1],
                links[::-1] if count > 1 else [],
            ]
        )
    )  # fmt: skip
    assert not is_whole(broken, end(links))
