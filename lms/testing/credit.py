"""Trainings, evidence and bookings for tests, made by the acts that make them in life."""

import datetime
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.evidence import record_evidence, take_part
from lms.credit.domain.training import Need, TrainingFacts, declare_training
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.models.evidence import Evidence
from lms.credit.models.training import TrainingVersion
from lms.people.models import Person
from lms.testing.factories import PersonFactory

AT = datetime.datetime(2026, 5, 18, 13, 6, tzinfo=datetime.UTC)
TEN_MINUTES = datetime.timedelta(minutes=10)
# Beyond any number that a test names by itself.
_numbers = itertools.count(1_000_001)


def training_facts(**changes: Any) -> TrainingFacts:
    """Two hours of remote training about ethics, by no provider."""
    facts: dict[str, Any] = {
        "title": "立足儿童视角的环境创设",
        "form": Form.REMOTE,
        "level": Level.CITY,
        "themes": (Theme.ETHICS,),
        "purpose": Purpose.IN_SERVICE,
        "provider": None,
        "hours": Hours(200),
        "minutes_per_hour": 45,
    }
    return TrainingFacts(**facts | changes)


def watch(
    subject: str = "media.asset:1",
    minimum: str = "0.9",
    weight_s: int = 600,
    title: str = "进区的第一分钟",
) -> Need:
    """A video to be watched."""
    return Need(
        evidence_kind="media.watched",
        subject=subject,
        minimum=Decimal(minimum),
        title=title,
        weight_s=weight_s,
    )


def declared(
    *, needs: Sequence[Need] = (), key: str = "", by: Person | None = None, **facts: Any
) -> TrainingVersion:
    """A declared training; one video unless other needs are given."""
    return declare_training(
        key=key or f"courses.course:{next(_numbers)}",
        facts=training_facts(**facts),
        complete_when=tuple(needs) or (watch(),),
        by=by or PersonFactory.create(),
        at=AT,
    )


def evidence(person: Person, **changes: Any) -> Evidence:
    """The whole of media.asset:1 watched, in the ten minutes before AT."""
    at = changes.get("at", AT)
    said: dict[str, Any] = {
        "kind": "media.watched",
        "subject": "media.asset:1",
        "source_key": f"test:{next(_numbers)}",
        "amount": Decimal(1),
        "spans": [[0, 600_000]],
        "wall": [(at - TEN_MINUTES, at)],
        "facts": {
            "title": "进区的第一分钟",
            "words": "《进区的第一分钟》看过 10:00，共 10:00",
            "duration_ms": 600_000,
            "reports": 60,
            "flags": {},
        },
        "detail": {"devices": ["手机"], "sessions": []},
        "at": at,
    }
    return record_evidence(person=person, **said | changes)


def booked(
    person: Person,
    *,
    at: datetime.datetime = AT,
    wall: Any = None,
    flags: dict[str, dict[str, Any]] | None = None,
    **facts: Any,
) -> queries.Entry:
    """Hours that a person has just earned: pending, of a training of their own, with flags where named.

    Each is a sitting of its own, ten minutes before the one booked before it for the same moment.
    """
    subject = f"media.asset:{next(_numbers)}"
    version = declared(needs=[watch(subject)], by=person, **facts)
    take_part(person=person, training_key=version.training.key, at=at)
    end = at - TEN_MINUTES * Evidence.objects.filter(person=person, recorded_at=at).count()
    evidence(person, subject=subject, at=at, wall=wall or [(end - TEN_MINUTES, end)], flags=flags)
    return queries.entries_at(queries.bookings_of(person).filter(version=version))[0]
