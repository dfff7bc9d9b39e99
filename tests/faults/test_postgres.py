"""PostgreSQL killed at random moments while reports come in, hours are booked and a verifier decides.

Nothing that was acknowledged is lost, nothing is booked twice, and the site comes back by itself.
"""

import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from lms.credit import queries
from lms.credit.domain import audit
from lms.credit.domain.confirm import confirm
from lms.credit.domain.evidence import take_part
from lms.people.enums import DutyKind
from lms.runtime.postgres import Server
from lms.testing import credit
from lms.testing.factories import DutyFactory, RoleSpellFactory
from lms.testing.plugin import Site, site_on
from media.domain import playback
from media.models import WatchReport
from tests.factories.media import AssetFactory

pytestmark = pytest.mark.faults

KILLS = 20
LEARNERS, FILMS = 4, 100
FILM_MS, STRETCH_MS = 240, 80
# A report's stretch is played in half of this, so every clock pays for what is claimed.
PAUSE_S = 0.16
BACK_WITHIN_S = 30


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000))
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)


class Learner:
    """Watches one film after the other; sends each report again until it is acknowledged."""

    def __init__(self, site: Site, person: Any, films: list[Any]) -> None:
        client, token = Client(), "a" * 32
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.person, self.port = person, int(site.url.rsplit(":", 1)[1])
        self.paths = [playback.report_url(one, person, at=timezone.now()) for one in films]
        self.headers = {
            "Content-Type": "application/json",
            "X-CSRFToken": token,
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={token}",
        }
        self.acknowledged = self.completed = 0
        self.answers: Counter[int] = Counter()

    def watch(self, stop: threading.Event) -> None:
        for path in self.paths:
            for start in range(0, FILM_MS, STRETCH_MS):
                said = self.report(path, start)
                self.acknowledged += 1
                assert said["accepted"] == STRETCH_MS / 1000 or said["flags"] == ["duplicate"], said
                if stop.wait(PAUSE_S):
                    return
            assert said["complete"]
            self.completed += 1
        raise AssertionError("ran out of films")

    def report(self, path: str, start: int) -> Any:
        claim = {
            "session": "tab",
            "seq": self.acknowledged + 1,
            "played": [[start / 1000, (start + STRETCH_MS) / 1000]],
            "rate": 1,
        }
        while True:
            # Web stays up throughout: there is an answer to everything.
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            line.request("POST", path, json.dumps(claim), self.headers)
            answer = line.getresponse()
            body = json.loads(answer.read())
            line.close()
            self.answers[answer.status] += 1
            if answer.status == 200:
                return body
            assert answer.status == 503, (answer.status, body)
            assert body["error"] == "unavailable"
            time.sleep(float(answer.headers["Retry-After"]) / 10)


class Verifier:
    """Confirms what waits, again and again; `decided` are the transfers that were acknowledged."""

    def __init__(self, person: Any) -> None:
        self.person, self.decided = person, set[int]()

    def work(self, stop: threading.Event) -> None:
        try:
            while not stop.wait(0.3):
                try:
                    self.decide()
                except (OperationalError, InterfaceError):
                    connection.close()
        finally:
            connection.close()

    def decide(self) -> None:
        at = timezone.now()
        waiting = queries.waiting_for(self.person, timezone.localdate(at))[:20]
        bookings = [one.id for one in queries.entries_at(waiting)]
        outcomes = confirm(verifier=self.person, bookings=bookings, at=at)
        self.decided |= {one.transfer.pk for one in outcomes if one.transfer}


def test_killed_database_loses_nothing_acknowledged(server: Server, rng, tmp_path) -> None:
    spell = RoleSpellFactory()
    school = spell.organisation
    people = [spell.person, *(RoleSpellFactory(organisation=school).person for _ in range(3))]
    verifier = Verifier(DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person)
    films = [AssetFactory(duration_ms=FILM_MS) for _ in range(FILMS)]
    for film in films:
        key = credit.declared(needs=[credit.watch(film.subject)], by=spell.person).training.key
        for person in people:
            take_part(person=person, training_key=key, at=timezone.now())

    stop = threading.Event()
    with (
        site_on(server, connection.settings_dict["NAME"], tmp_path) as site,
        ThreadPoolExecutor(LEARNERS + 1) as pool,
    ):
        learners = [Learner(site, person, films) for person in people]
        connection.close()
        work = [pool.submit(one.watch, stop) for one in learners]
        work.append(pool.submit(verifier.work, stop))
        try:
            for _ in range(KILLS):
                time.sleep(rng.uniform(0.1, 0.6))
                assert server.process
                server.process.kill()
                server.process.wait()
                time.sleep(rng.uniform(0, 0.3))
                server.start_again()
                wait_until_back(learners)
        finally:
            stop.set()
        for one in work:
            one.result(60)

    assert sum(one.answers[503] for one in learners) > 0
    for learner in learners:
        stored = WatchReport.objects.filter(person=learner.person).values_list("seq", flat=True)
        # One more may have been stored whose answer never came; it was then sent again, under its number.
        assert sorted(stored) == list(range(1, learner.acknowledged + 1))
        booked = queries.entries_of(learner.person)
        assert len(booked) == len({one.booking.version_id for one in booked})
        assert len(booked) in (learner.completed, learner.completed + 1)
        assert audit.first_fault() is None
    decided = {
        one.last.pk
        for learner in learners
        for one in queries.entries_of(learner.person)
        if one.decided_at
    }
    assert verifier.decided
    assert decided >= verifier.decided


def wait_until_back(learners: list[Learner]) -> None:
    """Every learner gets an answer of 200 again, without anybody's help."""
    before = [one.acknowledged for one in learners]
    deadline = time.monotonic() + BACK_WITHIN_S
    while any(one.acknowledged <= had for one, had in zip(learners, before, strict=True)):
        assert time.monotonic() < deadline, [one.answers for one in learners]
        time.sleep(0.02)
