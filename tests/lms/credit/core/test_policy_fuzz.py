"""Whatever is written, a policy is read or refused with a place and a reason, and so are its examples."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.credit.core.examples import read_examples, try_examples
from lms.credit.core.fields import Malformed
from lms.credit.core.policy import SHIPPED, read_policy
from lms.credit.core.policy_lines import line_of
from lms.credit.core.policy_table import PolicyError

TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(SHIPPED.glob("*.toml"))}
NASTY = [
    '"""',
    "'''",
    "\\",
    "\0",
    "9" * 400,
    "1e999",
    "nan",
    "0001-01-01",
    "2011-02-29",
    "-1",
    "0.5",
]
WORDS = {one for text in TEXTS.values() for one in re.findall(r"[\w-]+|[\[\]{}=,\"#]|\n", text)}
PIECES = [*sorted(WORDS), *NASTY]
CUTS = st.tuples(
    st.sampled_from(sorted(TEXTS)),
    st.integers(0, 4000),
    st.integers(0, 30),
    st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join),
)


def refusal(text, slug):
    try:
        read_policy(text, policy_id=slug)
    except PolicyError as error:
        return error
    return None


@settings(max_examples=300, deadline=None)
@given(CUTS)
def test_a_shipped_file_changed_anywhere_is_read_or_refused(cut):
    slug, at, length, put = cut
    text = TEXTS[slug][:at] + put + TEXTS[slug][at + length :]
    error = refusal(text, slug)
    lines = range(1, text.count("\n") + 2)
    assert error is None or (error.reason and (error.line is None or error.line in lines))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("\n".join)))
def test_any_text_is_read_or_refused(text):
    error = refusal(text, "p")
    assert error is None or error.reason


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-01-01", "wenzhou-2012", "teacher"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["title", "scenario", "expect", "policy", "as_of", "person", "trainings", "roles"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), JSON.map(json.dumps)))
def test_any_examples_are_tried_or_refused(text):
    try:
        examples = read_examples(text)
    except Malformed:
        return
    policy = read_policy(TEXTS["wenzhou-2012"], policy_id="wenzhou-2012")
    for tried in try_examples(policy, examples):
        assert tried.passed or tried.problem or tried.differences


def test_every_key_of_every_shipped_file_is_found_on_its_line():
    for text in TEXTS.values():
        lines = text.splitlines()
        for table in ("requirement", "recognition", "exemption"):
            heads = [at for at, line in enumerate(lines, 1) if line == f"[[{table}]]"]
            for number, head in enumerate(heads):
                assert line_of(text, f"{table}[{number}]") == head
                found = line_of(text, f"{table}[{number}].quote")
                assert found is not None
                assert lines[found - 1].startswith("quote = ")
                assert found > head


def test_words_of_a_list_over_several_lines_have_their_own():
    text = 'a = 1\n[[b]]\nc = { d = [1, 2] }\ne = [\n  "x", # one\n  "y",\n]\n[b.f]\ng = """\n\n"""\nh = 1\n'
    places = {
        "a": 1,
        "b[0]": 2,
        "b[0].c.d": 3,
        "b[0].c.d[1]": 3,
        "b[0].e[0]": 5,
        "b[0].e[1]": 6,
        "b[0].f": 8,
        "b[0].f.g": 9,
        "b[0].f.h": 12,
        "b[0].missing": 2,
    }
    assert {place: line_of(text, place) for place in places} == places
    assert line_of(text, "") is None
