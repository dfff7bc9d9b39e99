"""Killed at random moments of posting and signing: the record agrees and goes on. A restored backup is noticed."""

import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from lms.credit import witness
from lms.credit.core import checkpoint as files
from lms.credit.core import note
from lms.credit.domain import audit, checkpoints
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.enums import CheckpointKind
from lms.credit.errors import LostCheckpoint
from lms.credit.models.proof import Checkpoint, TreeLeaf, Witness
from lms.testing import credit, database
from lms.testing.factories import OrganisationFactory, PersonFactory
from lms.testing.forks import Forked
from lms.testing.plugin import nursery
from tests.faults import processes

pytestmark = pytest.mark.faults
KILLS = 10
NAME = "school.example/witness"
# Books and signs for as long as it lives, so that every write is among what is interrupted.
WORK = """
import datetime, itertools, time
from django.utils import timezone
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.enums import CheckpointKind
from lms.people.models import Person
from lms.testing import credit
person = Person.objects.get(name="每次都在写")
credit._numbers = itertools.count(time.time_ns())  # courses and films that no process before has used
while True:
    # An hour later each time: nobody is paid for the same minutes twice.
    credit.booked(person, at=credit.AT + datetime.timedelta(hours=person.transfers.count()))
    make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())
    print("made", flush=True)
"""


@pytest.fixture(autouse=True)
def keys(settings, tmp_path) -> Path:
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys" / "signing.pem")
    return tmp_path / "keys" / "signing.pem"


def at_work(env: dict[str, str], log: Path) -> Forked:
    """A process that books and signs, from when it has done so for the first time."""
    argv = ["manage.py", "shell", "-v0", "--no-imports", "-c", WORK]
    with log.open("wb") as said:
        process = nursery().fork(argv, env, output=said, errors=said)
    while "made" not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.02)
    return process


def test_killed_while_booking_and_signing(own_database, postgres, keys, tmp_path) -> None:
    PersonFactory(name="每次都在写")
    rng = processes.seeded()
    env = processes.environment(postgres, own_database) | {"SIGNING_KEY_FILE": str(keys)}
    made = 0
    for _ in range(KILLS):
        process = at_work(env, tmp_path / "work.log")
        time.sleep(rng.uniform(0, 0.5))
        process.kill()
        process.wait()
        assert audit.first_fault() is None
        make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())
        assert Checkpoint.objects.first().size == TreeLeaf.objects.count() >= made
        made = Checkpoint.objects.first().size
    assert audit.first_fault() is None
    assert made >= KILLS


def test_restore_from_yesterdays_backup_is_noticed(
    own_database, postgres, tmp_path, capsys
) -> None:
    key = ["--key", str(tmp_path / "key"), "--name", NAME, "--state", str(tmp_path / "state")]
    work(3)
    backup = f"{own_database}_backup"
    copy(postgres, own_database, backup)
    try:
        work(2)
        assert (witness.main([newest(tmp_path), *key]), newest_size()) == (0, 5)
        kept = capsys.readouterr().out

        copy(postgres, backup, own_database)
        assert newest_size() == 3
        assert audit.first_fault() is None, "by itself it is a record without fault"
        assert refused(newest(tmp_path), key, capsys) == "it has 3 transfers, and on"
        assert "the checkpoint at hand is over 5 transfers, but only 3" in str(
            audit.first_fault(against=kept)
        )

        # The site goes on as if nothing had happened, past where the witness stands.
        work(4)
        assert newest_size() == 7
        assert audit.first_fault() is None
        assert (
            refused(newest(tmp_path), key, capsys)
            == "no longer knows the checkpoint of 5 transfers"
        )
        assert "the checkpoint at hand was signed over other transfers than the first 5" in str(
            audit.first_fault(against=kept)
        )

        # And whoever hands in what they signed tells the site itself.
        assert witness.main(key) == 0
        vkey = capsys.readouterr().out.strip()
        Witness.objects.create(organisation=OrganisationFactory(), vkey=vkey)
        with pytest.raises(LostCheckpoint):
            checkpoints.add_cosignatures(kept, at=timezone.now())
    finally:
        database.drop_copy(postgres, backup)


def work(count: int) -> None:
    for _ in range(count):
        credit.booked(PersonFactory())
    make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())


def copy(postgres, source: str, target: str) -> None:
    connection.close()
    database.create_copy(postgres, source, target)


def newest(folder: Path) -> str:
    path = folder / "newest.json"
    path.write_bytes(files.write_file(checkpoints.checkpoint_file(checkpoints.newest())))
    return str(path)


def newest_size() -> int:
    return files.parse_head(note.parse_note(checkpoints.newest().note).text).size


def refused(file: str, key: list[str], capsys) -> str:
    """The telling part of what the witness says when it refuses."""
    assert witness.main([file, *key]) == 1
    said = capsys.readouterr().err
    return next(
        words
        for words in ("it has 3 transfers, and on", "no longer knows the checkpoint of 5 transfers")
        if words in said
    )
