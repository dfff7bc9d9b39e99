"""Worker and web killed at random moments: the jobs finish, and every acknowledged report is there."""

import json
import os
import random
import shutil
import time
import urllib.error
import urllib.request
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from lms.testing.factories import DutyFactory
from lms.testing.plugin import Site
from media.domain import files, uploads
from media.enums import AssetState, JobState
from media.models import Asset, Coverage, Job, WatchReport
from tests.media.conftest import make_clip

pytestmark = pytest.mark.faults

KILLS = 20
VIDEOS = 6
FINISH_WITHIN_S = 300


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def trainer(own_database):
    duty = DutyFactory()
    duty.person.provider = duty.provider
    yield duty.person
    for asset in Asset.objects.all():
        shutil.rmtree(files.folder_of(asset.pk), ignore_errors=True)


def start_worker(site: Site):
    return site.spawn("worker-media", "manage.py", "media_worker", "--interval", "0.1")


def test_killed_worker_loses_no_job(site: Site, trainer, rng, tmp_path) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=8, size="640x360")
    for number in range(VIDEOS):
        uploads.import_file(
            film,
            title=f"第{number}课",
            provider=trainer.provider,
            by=trainer,
            at=timezone.now(),
        )
    for _ in range(KILLS):
        worker = start_worker(site)
        time.sleep(rng.uniform(0.2, 1.8))
        worker.kill()
        worker.wait()
        # A dead worker's lease has to run out; a test need not wait for it.
        Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now())
        # Twenty deaths are more than one file may have on its conscience.
        Job.objects.filter(attempt__gte=3).update(attempt=1)
    start_worker(site)
    deadline = time.monotonic() + FINISH_WITHIN_S
    while Job.objects.exclude(state=JobState.DONE).exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert set(Asset.objects.values_list("state", flat=True)) == {AssetState.READY}
    for asset in Asset.objects.all():
        kept = sorted(one.name for one in files.folder_of(asset.pk).iterdir())
        assert kept == sorted([asset.build, "source"])


def test_worker_told_to_stop_leaves_its_job_to_the_next_one_without_a_word_of_failure(
    site: Site, trainer, tmp_path
) -> None:
    film = make_clip(tmp_path / "film.mp4", seconds=60, size="640x360")
    uploads.import_file(
        film, title="一课", provider=trainer.provider, by=trainer, at=timezone.now()
    )
    worker, job = start_worker(site), Job.objects.get()
    deadline = time.monotonic() + FINISH_WITHIN_S
    while not job.progress and time.monotonic() < deadline:
        time.sleep(0.05)
        job.refresh_from_db()
    worker.terminate()
    assert worker.wait(30) == 0
    job.refresh_from_db()
    said = (site.log_dir / "worker-media.log").read_text()
    assert (job.state, job.lease_until, "Traceback" in said) == (JobState.QUEUED, None, False), said


class Player:
    """Sends reports as a player does, again with the same number until they are acknowledged."""

    def __init__(self, site: Site, person, asset) -> None:
        client = Client()
        client.force_login(person)
        token = "a" * 32
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": token,
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={token}",
        }
        self.url = f"{site.url}/media/report/{asset.pk}/"
        self.session = uuid.uuid4().hex
        self.seq = 0
        self.at = 0.0

    def send(self) -> bool:
        """One report of a hundredth of a second, less than the clock gains meanwhile; whether it was acknowledged."""
        report = {
            "session": self.session,
            "seq": self.seq + 1,
            "played": [[round(self.at, 2), round(self.at + 0.01, 2)]],
            "rate": 1,
        }
        request = urllib.request.Request(
            self.url, data=json.dumps(report).encode(), headers=self.headers
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                said = json.loads(answer.read())
        except (urllib.error.URLError, OSError):
            return False
        assert said["accepted"] == 0.01 or said["flags"] == ["duplicate"], said
        self.seq += 1
        self.at += 0.01
        return True


def test_killed_web_loses_no_acknowledged_report(site: Site, trainer, rng) -> None:
    from tests.factories.media import AssetFactory

    asset = AssetFactory(provider=trainer.provider)
    player = Player(site, trainer, asset)
    assert player.send()
    for _ in range(KILLS):
        until = time.monotonic() + rng.uniform(0.1, 0.6)
        while time.monotonic() < until:
            player.send()
        site.processes["web"].kill()
        site.processes["web"].wait()
        player.send()
        site.start_web()
    assert player.send()
    acknowledged = set(range(1, player.seq + 1))
    stored = list(WatchReport.objects.values_list("seq", flat=True))
    assert set(stored) >= acknowledged
    assert len(stored) == len(set(stored))
    covered = Coverage.objects.get()
    assert covered.spans == [[0, round(player.at * 1000)]]
