"""The witness's command: it signs what only grew, and says no in words to everything else."""

import datetime
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credit import witness
from lms.credit.core import checkpoint, merkle, note
from lms.credit.core.checkpoint import CheckpointFile, Step, TreeHead
from lms.credit.core.note import Key, Note
from lms.runtime import paths

LOG = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"log").digest())
ORIGIN = "study.example/ledger"
LOG_KEY = Key(ORIGIN, note.ED25519, LOG.public_key().public_bytes_raw())
AT = datetime.datetime(2026, 6, 1, 16, 0, 5, tzinfo=datetime.UTC)


class Record:
    """A log of leaves, honest or not."""

    def __init__(self, *leaves: bytes, origin: str = ORIGIN, private=LOG) -> None:
        self.leaves = [merkle.leaf_hash(one) for one in leaves]
        self.origin, self.private = origin, private

    def node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaves[index]
        return merkle.node_hash(*(self.node(level - 1, 2 * index + side) for side in (0, 1)))

    def head(self, size: int) -> TreeHead:
        return TreeHead(
            origin=self.origin,
            size=size,
            root=merkle.root(size, self.node),
            at=AT + datetime.timedelta(days=size),
            revoked=0,
            revoked_digest=checkpoint.digest_of_revoked([]),
        )

    def signed(self, head: TreeHead) -> Note:
        return Note(head.text, (note.sign(head.text, self.origin, self.private),))

    def file(self, *, knows: tuple[int, ...] = ()) -> CheckpointFile:
        size = len(self.leaves)
        head = self.head(size)
        steps = tuple(
            Step(
                self.head(old),
                self.signed(self.head(old)),
                tuple(merkle.consistency_proof(old, size, self.node)),
            )
            for old in knows
        )
        return CheckpointFile(
            head=head, note=self.signed(head), revoked=frozenset(), steps=steps, keys=(LOG_KEY,)
        )


@pytest.fixture
def run(tmp_path: Path, capsys):
    """Runs the command on a file; its exit code and what it said on either channel."""

    def go(file: CheckpointFile | bytes, *more: str) -> tuple[int, str, str]:
        path = tmp_path / "checkpoint.json"
        path.write_bytes(file if isinstance(file, bytes) else checkpoint.write_file(file))
        argv = ["--key", str(tmp_path / "key"), "--state", str(tmp_path / "state")]
        code = witness.main([str(path), *argv, "--name", "school.example/w", *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return go


def test_first_contact_makes_a_key_and_signs(run, tmp_path) -> None:
    code, out, err = run(Record(b"a", b"b").file())
    assert code == 0
    signed = note.parse_note(out)
    (vkey,) = [line.strip() for line in err.splitlines() if "school.example/w+" in line]
    assert note.is_signed(signed, note.parse_key(vkey))
    assert note.is_signed(signed, LOG_KEY)
    assert LOG_KEY.vkey in err
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_what_grew_is_signed_again_and_again(run) -> None:
    assert run(Record(b"a").file())[0] == 0
    assert run(Record(b"a", b"b", b"c").file(knows=(1,)))[0] == 0
    assert run(Record(b"a", b"b", b"c").file(knows=(1,)))[0] == 0
    assert run(Record(b"a", b"b", b"c", b"d").file(knows=(1, 3)))[0] == 0


FORK = Record(b"a", b"X", b"c")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (Record(b"a").file(), "rolled back: it has 1 transfers, and on 2026-06-03 you signed 2"),
        (Record(b"a", b"X").file(), "record was changed: its first 2 transfers are not the ones"),
        (FORK.file(knows=(2,)), "record was changed: its first 2 transfers are not the ones"),
        (Record(b"a", b"b", b"c").file(), "no longer knows the checkpoint of 2 transfers"),
        (Record(b"a", b"b", b"c").file(knows=(1,)), "no longer knows the checkpoint of 2"),
        (
            replace(Record(b"a", b"b", b"c").file(knows=(2,)), steps=FORK.file(knows=(2,)).steps),
            "does not continue the one of 2",
        ),
        (
            replace(
                Record(b"a", b"b", b"c").file(knows=(2,)),
                steps=(
                    Step(Record(b"a", b"b").head(2), FORK.signed(Record(b"a", b"b").head(2)), ()),
                ),
            ),
            "does not continue the one of 2",
        ),
        (replace(Record(b"a", b"b").file(), revoked=frozenset({b"r" * 32})), "no longer count"),
    ],
)
def test_what_did_not_only_grow_is_refused(run, tmp_path, file, words: str) -> None:
    assert run(Record(b"a", b"b").file())[0] == 0
    before = (tmp_path / "state").read_bytes()
    code, out, err = run(file)
    assert (code, out) == (1, "")
    assert err.startswith("REFUSED: ")
    assert words in err
    assert (tmp_path / "state").read_bytes() == before


def test_another_record_or_key_is_refused(run) -> None:
    assert run(Record(b"a").file())[0] == 0
    thief = Ed25519PrivateKey.generate()
    code, _out, err = run(Record(b"a", b"b", private=thief).file())
    assert (code, "none of the keys that you trust" in err) == (1, True)
    other = Record(b"a", b"b", origin="other.example/ledger")
    key = Key("other.example/ledger", note.ED25519, LOG_KEY.public)
    code, _out, err = run(other.file(), "--log-key", key.vkey)
    assert (code, "this is the record other.example/ledger" in err) == (1, True)


def test_clock_that_runs_backwards_is_refused(run) -> None:
    assert run(Record(b"a").file())[0] == 0
    record = Record(b"a", b"b")
    early = replace(record.head(2), at=AT - datetime.timedelta(days=1))
    file = replace(record.file(knows=(1,)), head=early, note=record.signed(early))
    code, _out, err = run(file)
    assert (code, "is older than the one that you signed" in err) == (1, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format": "qinghe checkpoint 1"}'])
def test_what_is_no_checkpoint_file_is_refused(run, content: bytes) -> None:
    code, out, err = run(content)
    assert (code, out) == (1, "")
    assert "REFUSED" in err


def test_key_without_a_name_and_broken_files_are_said(tmp_path, capsys) -> None:
    key = tmp_path / "key"
    assert witness.main(["x", "--key", str(key)]) == 2
    assert "Give the new key a name" in capsys.readouterr().err
    key.write_text("nonsense")
    assert witness.main(["x", "--key", str(key)]) == 2
    key.write_text("{}")
    assert witness.main(["x", "--key", str(key)]) == 2
    assert witness.main(["x", "--key", str(tmp_path / "new"), "--name", "a.example/w"]) == 2
    assert witness.main(["--key", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.startswith("a.example/w+")


def test_it_runs_without_django_and_database(tmp_path) -> None:
    file = tmp_path / "checkpoint.json"
    file.write_bytes(checkpoint.write_file(Record(b"a").file()))
    code = (
        "import sys; from lms.credit import witness; code = witness.main(sys.argv[1:]);"
        "assert not {'django', 'psycopg'} & set(sys.modules), 'too much'; sys.exit(code)"
    )
    argv = [str(file), "--key", "key", "--state", "state", "--name", "a.example/w"]
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        cwd=tmp_path,
        env={"PYTHONPATH": str(paths.ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.startswith(ORIGIN)) == (0, True), done.stderr
    assert json.loads((tmp_path / "state").read_text())["keys"] == [LOG_KEY.vkey]
