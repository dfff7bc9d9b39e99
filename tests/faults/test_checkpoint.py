"""Killed at random moments of posting and signing: the record agrees and goes on. A restored backup is noticed."""

import os
import random
import subprocess
import sys
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
from lms.runtime import paths
from lms.runtime.postgres import APP, OWNER
from lms.testing import credit, database
from lms.testing.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.faults
KILLS = 10
NAME = "school.example/witness"
# Books and signs for as long as it lives, so that every write is among what is interrupted.
WORK = """
import datetime, itertools, time
import django; django.setup()
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


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)


def test_killed_while_booking_and_signing(own_database, postgres, keys, rng) -> None:
    PersonFactory(name="每次都在写")
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": postgres.url(APP, own_database),
        "DATABASE_OWNER_URL": postgres.url(OWNER, own_database),
        "SIGNING_KEY_FILE": str(keys),
    }
    made = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WORK], env=env, cwd=paths.ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "made\n"
        time.sleep(rng.uniform(0, 0.5))
        process.kill()
        process.communicate()
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
