"""The database's disk is full: who posts is told, nothing is half booked, and all goes on once there is room."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.enums import AccountKind
from lms.credit.models.evidence import Evidence
from lms.credit.models.ledger import Posting, Transfer, TransferLine
from lms.demo.visitor import Refused, Visitor
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit, database
from lms.testing.factories import PASSWORD, DutyFactory, RoleSpellFactory
from lms.testing.plugin import Site, point_django_at, site_on
from tests.faults.small_disk import SERVER, SmallDisk, small_disk

pytestmark = pytest.mark.faults
BOOKINGS = 60


@pytest.fixture
def disk(django_db_setup, django_db_blocker) -> Iterator[SmallDisk]:
    """A server on a small disk; Django is pointed at a database there."""
    before = dict(connection.settings_dict)
    name = f"test_{uuid.uuid4().hex[:12]}"
    with small_disk() as disk:
        database.create_copy(SERVER, database.template_name(), name)
        with django_db_blocker.unblock():
            point_django_at(SERVER, name)
            yield disk
            connection.close()
            connection.settings_dict |= before


@pytest.fixture
def site(disk, tmp_path) -> Iterator[Site]:
    with site_on(SERVER, connection.settings_dict["NAME"], tmp_path) as site:
        yield site


def test_full_disk_is_said_and_survived(disk: SmallDisk, site: Site) -> None:
    spell = RoleSpellFactory()
    teacher = spell.person
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
    waiting = [credit.booked(teacher).id for _ in range(BOOKINGS)]
    visitor = Visitor(site.url)
    visitor.sign_in("/accounts/login/", verifier.email, PASSWORD)

    disk.tell("fill")
    refused = confirm_until_refused(visitor, waiting)
    written = rows()
    assert_said(visitor, waiting[refused])
    assert_nothing_is_stored(teacher)
    assert rows() == written
    states = [queries.entry(booking).state for booking in waiting]
    assert states == [
        *[AccountKind.CONFIRMED] * refused,
        *[AccountKind.PENDING] * (BOOKINGS - refused),
    ]
    assert "待确认" in visitor.get("/desk/"), "what is only read can still be read"

    # And where even the log has no room left, PostgreSQL breaks off altogether.
    disk.tell("exhaust")
    disk.tell("free")
    disk.tell("revive")
    connection.close()

    assert rows() == written
    for booking in waiting[refused:]:
        assert "已确认 1 笔" in confirm(visitor, booking)
    credit.booked(teacher)
    held = queries.balance(teacher)
    assert (held.pending, held.confirmed) == (Hours(200), Hours(200 * BOOKINGS))
    assert "Everything agrees" in site.manage("ledger_check")


def confirm(visitor: Visitor, booking: uuid.UUID) -> str:
    return visitor.post("/desk/decide/", {"booking": str(booking), "act": "confirm"})


def confirm_until_refused(visitor: Visitor, waiting: list[uuid.UUID]) -> int:
    """Rows still find room in pages that are there already; then no more. How many were confirmed."""
    for number, booking in enumerate(waiting):
        try:
            assert "已确认 1 笔" in confirm(visitor, booking)
        except Refused:
            return number
    raise AssertionError("the disk was never full")


def assert_said(visitor: Visitor, booking: uuid.UUID) -> None:
    with pytest.raises(Refused, match=r"^503 ") as refused:
        confirm(visitor, booking)
    assert "网站这会儿用不了。" in refused.value.page
    assert "不会自动重发" in refused.value.page


def assert_nothing_is_stored(teacher: Person) -> None:
    """Evidence and what it earns are stored together or not at all."""
    stored = []

    def book() -> None:
        for _ in range(BOOKINGS):
            stored.append((Evidence.objects.count(), Transfer.objects.count()))
            credit.booked(teacher)

    with pytest.raises(OperationalError, match="No space left on device"):
        book()
    assert (Evidence.objects.count(), Transfer.objects.count()) == stored[-1]


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Transfer, TransferLine, Posting))
