"""Recordings on a real S3 server (moto's), which is away for a while."""

import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from live.core.tape import Piece, Take, TakeName
from live.domain import far, keeper, store
from lms.testing.plugin import free_port

FIRST, SECOND = TakeName(1, 1_795_000_000_000_000), TakeName(2, 1_795_000_060_000_000)
PIECES = tuple(Piece(n, n * 1_000_000, (n + 1) * 1_000_000) for n in range(3))


class S3:
    """A server that can be stopped; what it holds is in its memory."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        argv = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        self.client().create_bucket(Bucket="lessons")

    def client(self):
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.url, **keys)

    def names(self) -> list[str]:
        found = self.client().list_objects_v2(Bucket="lessons").get("Contents", [])
        return [one["Key"] for one in found]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def s3(settings, tmp_path) -> Iterator[S3]:
    server = S3(tmp_path / "s3.log")
    options = {
        "bucket_name": "lessons",
        "endpoint_url": server.url,
        "region_name": "us-east-1",
        "access_key": "a",
        "secret_key": "b",
        "location": "live",
        "file_overwrite": True,
        "client_config": Config(connect_timeout=1, read_timeout=5, retries={"max_attempts": 1}),
    }
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"live": backend}
    settings.MEDIA_ROOT = tmp_path / "uploads"
    far._listed.clear()
    server.start()
    yield server
    server.stop()


def recorded(lesson: uuid.UUID, name: TakeName) -> None:
    store.open_take(lesson, name, b"init")
    for piece in PIECES:
        store.put(lesson, name, piece, f"{name} {piece.number}".encode() * 100)


def test_brought_freed_and_played_and_away_for_a_while(s3: S3, settings) -> None:
    lesson = uuid.uuid4()
    recorded(lesson, FIRST)
    assert keeper.bring_and_free(time.time()) == 4
    assert keeper.bring_and_free(time.time()) == 0

    # Away: the lesson goes on, the disk keeps what it has.
    s3.stop()
    recorded(lesson, SECOND)
    store.mark_ended(lesson)
    later = time.time() + settings.LIVE_LOCAL_HOURS * 3600 + 1
    with pytest.raises(far.AWAY):
        keeper.bring_and_free(later)
    both = [Take(FIRST, PIECES), Take(SECOND, PIECES)]
    assert store.takes_of(lesson) == both

    # Back, and it has forgotten everything: nothing goes from the disk that is not there.
    s3.start()
    assert keeper.bring_and_free(later) == 4
    assert len(list(store.folder_of(lesson).glob("*/*"))) == 8
    keeper.bring_and_free(later)
    assert len(s3.names()) == 8
    assert list(store.folder_of(lesson).glob("*/*")) == []
    assert store.takes_of(lesson) == both
    assert store.is_ended(lesson)
    path = f"{lesson}/{FIRST}/{PIECES[1].name}"
    assert store.file_of(path).read_bytes() == f"{FIRST} 1".encode() * 100

    # Away again: what was fetched and listed plays on, the rest is missing and nothing breaks.
    s3.stop()
    assert store.file_of(path).exists()
    assert not store.file_of(f"{lesson}/{SECOND}/init.mp4").exists()
    assert store.takes_of(lesson) == both
    s3.start()


def test_another_keeper_brings_nothing_twice_and_leaves_what_is_fresh_or_not_ended(
    s3: S3, monkeypatch
) -> None:
    lesson, rehearsal = uuid.uuid4(), uuid.uuid4()
    recorded(lesson, FIRST)
    store.mark_rehearsal(rehearsal)
    recorded(rehearsal, FIRST)
    (store.folder_of(lesson) / str(FIRST) / "000009-0-1.m4s.part").write_bytes(b"half")
    assert keeper.bring_and_free(time.time()) == 4
    monkeypatch.setattr(keeper, "_there", {})
    assert keeper.bring_and_free(time.time() + 10**6) == 0
    assert len(s3.names()) == 4
    store.mark_ended(lesson)
    keeper.bring_and_free(time.time())
    assert len(list(store.folder_of(lesson).glob("*/*.m4s"))) == 3
