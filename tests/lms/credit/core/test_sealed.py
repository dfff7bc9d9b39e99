"""Files that verify offline: genuine ones are, and nothing in one can be changed."""

import base64
import copy
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core import chain, paperfile, papers, sealed
from lms.credit.core.sealed import Verdict, check
from tests.lms.credit.sealing import OTHER, PRIVATE, Ledger, key_of, sample

LEDGER, (REGISTERED, CONFIRMED, QUESTIONED, PENDING, _WITHDRAWN) = sample()
SIZE = len(LEDGER.transfers)


def file_of(paper: paperfile.Paper) -> bytes:
    return paperfile.write(paper)


def resigned(said: dict[str, Any]) -> bytes:
    """The file again, with its payload signed by the same key: what a lying issuer could do."""
    seal = papers.SEALS[said["payload"]["type"]]
    signature = PRIVATE.sign(seal + chain.canonical(said["payload"]))
    return chain.canonical(said | {"signature": base64.b64encode(signature).decode()})


def verdict(content: bytes, **more: Any) -> tuple[str, str]:
    report = check(content, **more)
    return report.verdict.value, report.fault


def test_papers_in_a_checkpoint_are_genuine() -> None:
    for paper in (LEDGER.certificate(CONFIRMED, size=SIZE), LEDGER.statement(size=SIZE)):
        report = check(file_of(paper))
        assert (report.verdict, report.notes) == (
            Verdict.GENUINE,
            ("in-checkpoint", "key-compare"),
        )
        assert check(file_of(paper), trusted=[key_of()]).notes[1] == "key-trusted"


def test_papers_in_no_checkpoint_yet_are_genuine_and_say_so() -> None:
    assert check(file_of(LEDGER.statement())).notes[0] == "not-in-checkpoint"
    assert check(file_of(LEDGER.statement(size=4))).notes[0] == "partly-in-checkpoint"


def test_statement_says_what_the_transfers_say() -> None:
    payload = LEDGER.statement().payload
    assert payload["totals"] == {
        "pending": "0.50",
        "confirmed": "2.00",
        "registered": "2.25",
        "disputed": "3.00",
    }
    assert papers.counted(payload["totals"]).fixed() == "4.25"
    assert [(one["booking"], one["state"], one["hours"]) for one in payload["entries"]] == [
        (REGISTERED, "registered", "2.25"),
        (CONFIRMED, "confirmed", "2.00"),
        (QUESTIONED, "disputed", "3.00"),
        (PENDING, "pending", "0.50"),
    ]


def test_statement_as_known_earlier_and_of_part_of_a_booking() -> None:
    told = [one.told for one in LEDGER.transfers]
    early = LEDGER.transfers[1].told.content["recorded_at"]
    said = papers.statement(told, first="2026-02-01", last="2026-02-28", known_at=early)
    assert said["totals"] == {"confirmed": "1.25"}
    assert said["entries"][0]["lines"] == [["2026-02-01", "1.25"]]


def test_another_trusted_key_refuses() -> None:
    content = file_of(LEDGER.statement(size=SIZE))
    assert verdict(content, trusted=[key_of(OTHER)]) == ("changed", "key-not-trusted")


def changed_payload(said: dict[str, Any]) -> None:
    said["payload"]["person"]["name"] = "周亦安"


def stated_more(said: dict[str, Any]) -> None:
    said["payload"]["totals"]["confirmed"] = "76.50"


def left_out_a_decision(said: dict[str, Any]) -> None:
    said["transfers"] = [one for one in said["transfers"] if one["content"]["act"] != "dispute"]


def of_somebody_else(said: dict[str, Any]) -> None:
    said["payload"]["person"]["id"] = "00000000-0000-0000-0000-000000000008"


def moved_in_the_tree(said: dict[str, Any]) -> None:
    said["transfers"][0]["position"] += 1


def other_previous(said: dict[str, Any]) -> None:
    said["transfers"][1]["previous"] = "f" * 64


def no_checkpoint(said: dict[str, Any]) -> None:
    said["checkpoint"] = None


def other_checkpoint(said: dict[str, Any]) -> None:
    said["checkpoint"] = str(LEDGER.note(SIZE, by=OTHER))


def other_key_id(said: dict[str, Any]) -> None:
    said["key"] = "0" * 16


@pytest.mark.parametrize(
    ("change", "resign", "fault"),
    [
        (changed_payload, False, "signature"),
        (stated_more, False, "signature"),
        (stated_more, True, "unfounded"),
        (left_out_a_decision, True, "unfounded"),
        (of_somebody_else, True, "unfounded"),
        (moved_in_the_tree, True, "inclusion"),
        (other_previous, True, "chain"),
        (no_checkpoint, True, "inclusion"),
        (other_checkpoint, True, "checkpoint"),
        (other_key_id, True, "key-unknown"),
    ],
)
def test_changes_are_named(change, resign: bool, fault: str) -> None:
    said = json.loads(file_of(LEDGER.statement(size=SIZE)))
    change(said)
    content = resigned(said) if resign else chain.canonical(said)
    assert verdict(content) == ("changed", fault)


@given(st.data())
def test_no_value_can_be_changed(data: st.DataObject) -> None:
    original = json.loads(file_of(LEDGER.statement(size=SIZE)))
    said = copy.deepcopy(original)
    place: Any = said
    while True:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        name = data.draw(st.sampled_from(names))
        if isinstance(place[name], dict | list) and place[name]:
            place = place[name]
            continue
        break
    place[name] = data.draw(
        st.one_of(st.none(), st.text(max_size=5), st.integers(-5, 5), st.booleans())
    )
    if chain_equal(said, original):
        return
    assert check(plain(said)).verdict in {Verdict.CHANGED, Verdict.UNREADABLE}


def plain(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        errors="replace"
    )


def chain_equal(left: Any, right: Any) -> bool:
    return plain(left) == plain(right)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not-canonical"),
        (b"hello", "not-canonical"),
        (b"[]", "not-ours"),
        (b'{"format":"else"}', "not-ours"),
        (b'{"format":"qinghe statement 1"}', "broken"),
        (b"%PDF-1.7\nnothing", "nothing-attached"),
        (b"[" * 100_000, "not-canonical"),
        (b"\xff\xfe", "not-canonical"),
    ],
)
def test_unreadable_files(content: bytes, fault: str) -> None:
    assert verdict(content) == ("unreadable", fault)


def test_file_saved_again_in_another_spelling_is_refused() -> None:
    said = json.loads(file_of(LEDGER.statement()))
    assert verdict(json.dumps(said, indent=1).encode()) == ("unreadable", "not-canonical")
    assert verdict(file_of(LEDGER.statement()) + b"\n") == ("genuine", "")


def test_pdf_carries_the_file_and_two_different_ones_are_refused() -> None:
    one, other = file_of(LEDGER.statement()), file_of(LEDGER.certificate(CONFIRMED))

    def pdf(*contents: bytes) -> bytes:
        streams = b"".join(b"<<>>\nstream\n" + one + b"\nendstream\n" for one in contents)
        return b"%PDF-1.7\n" + streams

    assert verdict(pdf(b"q 1 0 0", one)) == ("genuine", "")
    assert verdict(pdf(zlib.compress(one))) == ("genuine", "")
    assert verdict(pdf(zlib.compress(one), one)) == ("genuine", "")
    assert verdict(pdf(one, other)) == ("unreadable", "nothing-attached")
    assert verdict(pdf(zlib.compress(one)[:200])) == ("unreadable", "nothing-attached")


class TestNewerCheckpoint:
    """What becomes of a paper that a later checkpoint is held against."""

    def grown(self) -> Ledger:
        ledger, _ = sample()
        ledger.confirmed(("2026-04-01", 100))
        return ledger

    def hash_of(self, number: int) -> bytes:
        return LEDGER.hashes()[number - 1]

    def test_still_counts(self) -> None:
        newer = self.grown().checkpoint_file(SIZE + 2, earlier=[3, SIZE], revoked=[b"\1" * 32])
        for paper in (LEDGER.certificate(CONFIRMED, size=SIZE), LEDGER.statement(size=SIZE)):
            report = check(file_of(paper), newer=newer)
            assert (report.verdict, report.fault) == (Verdict.GENUINE, "")
            assert report.notes[-1] == "not-revoked"

    def test_revoked(self) -> None:
        content = file_of(LEDGER.certificate(CONFIRMED, size=SIZE))
        confirmed = json.loads(content)["payload"]["hash"]
        newer = self.grown().checkpoint_file(
            SIZE + 2, earlier=[SIZE], revoked=[bytes.fromhex(confirmed)]
        )
        report = check(content, newer=newer)
        assert (report.verdict, report.revoked) == (Verdict.REVOKED, (confirmed,))
        assert check(file_of(LEDGER.statement(size=SIZE)), newer=newer).verdict == Verdict.REVOKED
        others = file_of(LEDGER.certificate(REGISTERED, size=SIZE))
        assert check(others, newer=newer).verdict == Verdict.GENUINE

    def test_revocation_of_a_paper_in_no_checkpoint(self) -> None:
        content = file_of(LEDGER.certificate(CONFIRMED))
        gone = bytes.fromhex(json.loads(content)["payload"]["hash"])
        newer = self.grown().checkpoint_file(SIZE + 2, revoked=[gone])
        assert check(content, newer=newer).verdict == Verdict.REVOKED

    def test_ledger_rewritten(self) -> None:
        content = file_of(LEDGER.statement(size=SIZE))
        rewritten = Ledger()
        rewritten.confirmed(("2026-01-31", 9900))
        for _ in range(SIZE):
            rewritten.book(("2026-02-01", 100))
        newer = rewritten.checkpoint_file(SIZE + 2, earlier=[SIZE])
        assert verdict(content, newer=newer) == ("changed", "fork")
        assert verdict(content, newer=rewritten.checkpoint_file(SIZE)) == ("changed", "fork")

    def test_checkpoints_that_say_nothing(self) -> None:
        content = file_of(LEDGER.statement(size=SIZE))
        grown = self.grown()
        cases = {
            "newer-older": grown.checkpoint_file(3),
            "newer-unrelated": grown.checkpoint_file(SIZE + 2, earlier=[3]),
            "newer-key": grown.checkpoint_file(SIZE + 2, earlier=[SIZE], by=OTHER),
            "newer-unreadable": b"{}",
        }
        said = json.loads(grown.checkpoint_file(SIZE + 2, earlier=[SIZE], revoked=[b"\1" * 32]))
        cases["newer-list"] = chain.canonical(said | {"revoked": []})
        for fault, newer in cases.items():
            assert verdict(content, newer=newer) == ("undecided", fault)


def test_writing_and_reading_again() -> None:
    paper = LEDGER.statement(size=SIZE)
    assert paperfile.read(paperfile.write(paper)) == paper
    assert sealed.check(paperfile.write(paper)).key == key_of()
