"""The server's clock is set back a day while people work: nothing is recorded before what it follows."""

import datetime
import os
import uuid
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone

from lms.credit import queries
from lms.credit.core import checkpoint, note
from lms.credit.domain.evidence import take_part
from lms.credit.enums import AccountKind, Act
from lms.credit.models.ledger import Transfer
from lms.credit.models.proof import Checkpoint
from lms.demo.visitor import Visitor
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.runtime import paths
from lms.testing import credit
from lms.testing.factories import PASSWORD, DutyFactory, RoleSpellFactory
from lms.testing.plugin import Site

pytestmark = pytest.mark.faults
A_DAY = datetime.timedelta(days=1)
EARLIER = Path(__file__).parent / "earlier"


def test_clock_set_back_records_nothing_before_what_it_follows(site: Site, tmp_path) -> None:
    spell = RoleSpellFactory()
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
    first, second = (book(site, spell.person) for _ in range(2))
    before = timezone.now()
    confirm(site, verifier, first)
    site.manage("checkpoint")

    site.stop()
    behind = tmp_path / "behind"
    behind.write_text(str(int(A_DAY.total_seconds())))
    site.env |= {
        "CLOCK_BEHIND": str(behind),
        "PYTHONPATH": os.pathsep.join([str(EARLIER), str(paths.ROOT)]),
    }
    site.start_web()
    said = site.manage("shell", "-c", "from django.utils import timezone; print(timezone.now())")
    assert datetime.datetime.fromisoformat(said.split("\n")[-2]) < before - A_DAY / 2
    page = confirm(site, verifier, second)
    assert "已确认 1 笔，2.00 学时" in page
    third = book(site, spell.person)
    confirm(site, verifier, third)
    site.manage("checkpoint")

    chain = list(Transfer.objects.filter(person=spell.person).order_by("sequence"))
    assert [one.act for one in chain] == [
        *(Act.BOOK, Act.BOOK, Act.CONFIRM),
        *(Act.CONFIRM, Act.BOOK, Act.CONFIRM),
    ]
    assert {one.state for one in chain if one.act == Act.CONFIRM} == {AccountKind.CONFIRMED}
    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(chain))
    assert chain[-1].recorded_at >= before
    older, newer = Checkpoint.objects.order_by("pk")
    assert older.made_at <= newer.made_at
    assert [
        checkpoint.parse_head(note.parse_note(one.note).text).size for one in (older, newer)
    ] == [
        3,
        6,
    ]
    assert "Everything agrees" in site.manage("ledger_check")


def book(site: Site, person: Person) -> str:
    """Hours earned now, by a process with the site's clock; the booking's public id."""
    call = f"from {__name__} import book_now; print(book_now({person.pk}))"
    return site.manage("shell", "-v0", "-c", call).split()[-1]


def book_now(pk: int) -> uuid.UUID:
    """What that process does."""
    person, at, number = Person.objects.get(pk=pk), timezone.now(), Transfer.objects.count()
    key, subject = f"courses.course:{number}", f"media.asset:clock-{number}"
    credit.declared(key=key, needs=[credit.watch(subject)], by=person)
    take_part(person=person, training_key=key, at=at)
    end = at - 2 * number * credit.TEN_MINUTES
    wall = [(end - credit.TEN_MINUTES, end)]
    credit.evidence(person, subject=subject, source_key=f"clock:{number}", at=at, wall=wall)
    return Transfer.objects.get(person=person, key=queries.award_key(key)).public_id


def confirm(site: Site, verifier: Person, booking: str) -> str:
    """Confirm over HTTP; the page that it leads to."""
    visitor = Visitor(site.url)
    visitor.sign_in("/accounts/login/", verifier.email, PASSWORD)
    return visitor.post("/desk/decide/", {"booking": booking, "act": "confirm"})
