"""The same bookings are decided in the same second: each is decided once, and nobody waits for ever."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.formats import date_format
from django.utils.timezone import localtime

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.decide import Outcome
from lms.credit.domain.register import register
from lms.credit.enums import AccountKind, Act
from lms.credit.errors import AlreadyDecided, WrongState
from lms.credit.models.ledger import Transfer
from lms.demo.visitor import Visitor
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import PASSWORD, DutyFactory, PersonFactory, RoleSpellFactory
from lms.testing.plugin import Site
from tests.faults.processes import at_once, ledger_check, start

pytestmark = pytest.mark.faults
VERIFIERS = 12
PROCESSES, THREADS_EACH, BOOKINGS = 4, 13, 5
ROUNDS = 6


def test_verifiers_deciding_the_same_bookings_at_once(own_database, postgres) -> None:
    spell = RoleSpellFactory()
    teachers = [spell.person] + [
        RoleSpellFactory(organisation=spell.organisation).person for _ in range(4)
    ]
    bookings = [credit.booked(teacher).id for teacher in teachers for _ in range(2)]
    verifiers = [
        DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person.pk
        for _ in range(VERIFIERS)
    ]
    start = threading.Barrier(VERIFIERS)

    def decide(number: int):
        try:
            verifier = Person.objects.get(pk=verifiers[number])
            # Each in an order of their own: whoever locks in the order given would meet another halfway.
            order = bookings[number % 10 :] + bookings[: number % 10]
            start.wait()
            if number % 2:
                return confirm(verifier=verifier, bookings=order[::-1], at=credit.AT)
            return reject(verifier=verifier, bookings=order[:7], because="看错了", at=credit.AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(VERIFIERS) as pool:
        outcomes = [one for batch in pool.map(decide, range(VERIFIERS)) for one in batch]

    moved = [one.booking for one in outcomes if one.transfer]
    assert sorted(moved) == sorted(bookings)
    assert {type(one.problem) for one in outcomes if not one.transfer} == {AlreadyDecided}
    for teacher in teachers:
        held = queries.balance(teacher)
        assert (held.pending, held.confirmed + held.rejected) == (Hours(0), Hours(400))
    ledger_check(postgres, own_database)


def test_processes_registering_the_same_bookings_register_each_once(own_database, postgres) -> None:
    """Four processes of thirteen threads, a bureau's officers: each booking is confirmed once, then registered once."""
    teacher = RoleSpellFactory()
    school = teacher.organisation
    bookings = [str(credit.booked(teacher.person).id) for _ in range(BOOKINGS)]
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
    officers = [
        DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()).person.pk
        for _ in range(PROCESSES)
    ]
    assert all(one.transfer for one in confirm_all(verifier, bookings[:-1]))

    registered = at_once(
        [
            start(
                postgres, own_database, "tests.faults.test_decide_once:register_everywhere",
                officer=officer, bookings=bookings, threads=THREADS_EACH,
            )
            for officer in officers
        ]
    )  # fmt: skip

    won = [booking for process in registered for booking in process["moved"]]
    assert sorted(won) == sorted(bookings[:-1])
    assert {one for process in registered for one in process["problems"]} == {
        AlreadyDecided.code,
        WrongState.code,
    }
    held = queries.balance(teacher.person)
    assert (held.pending, held.confirmed, held.registered) == (
        Hours(200),
        Hours(0),
        Hours(200 * (BOOKINGS - 1)),
    )
    assert Transfer.objects.filter(act=Act.REGISTER).count() == BOOKINGS - 1
    ledger_check(postgres, own_database)


def confirm_all(verifier: Person, bookings: list[str]) -> tuple[Outcome, ...]:
    return confirm(verifier=verifier, bookings=list(map(uuid.UUID, bookings)), at=credit.AT)


def register_everywhere(*, officer: int, bookings: list[str], threads: int) -> dict[str, list[str]]:
    """What one process does: every thread takes all of them into the register, each in an order of its own."""
    barrier = threading.Barrier(threads)

    def work(number: int) -> tuple[Outcome, ...]:
        try:
            person = Person.objects.get(pk=officer)
            order = bookings[number % len(bookings) :] + bookings[: number % len(bookings)]
            barrier.wait()
            return register(officer=person, bookings=list(map(uuid.UUID, order)), at=credit.AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        outcomes = [one for batch in pool.map(work, range(threads)) for one in batch]
    return {
        "moved": [str(one.booking) for one in outcomes if one.transfer],
        "problems": [one.problem.code for one in outcomes if one.problem],
    }


def test_two_verifiers_deciding_over_http_one_wins_and_the_other_reads_who(site: Site) -> None:
    spell = RoleSpellFactory()
    names = ("赵明川", "周若兰")
    verifiers = [PersonFactory(name=name) for name in names]
    for verifier in verifiers:
        DutyFactory(person=verifier, kind=DutyKind.VERIFIER, organisation=spell.organisation)
    visitors = [Visitor(site.url) for _ in verifiers]
    for visitor, verifier in zip(visitors, verifiers, strict=True):
        visitor.sign_in("/accounts/login/", verifier.email, PASSWORD)

    with ThreadPoolExecutor(len(visitors)) as pool:
        for _ in range(ROUNDS):
            booking = credit.booked(spell.person)
            together = threading.Barrier(len(visitors))

            def decide(number: int, booking=booking, together=together) -> str:
                fields = (
                    {"act": "confirm"}, {"act": "reject", "because": "这门课不在计划里。"}
                )[number]  # fmt: skip
                together.wait()
                return visitors[number].post(
                    "/desk/decide/", {"booking": str(booking.id), **fields}
                )

            pages = list(pool.map(decide, range(len(visitors))))
            decided = queries.entry(booking.id)
            assert decided is not None
            won = names.index(decided.decided_by.name)
            done = ("已确认 1 笔，2.00 学时。", "已退回 1 笔，2.00 学时。")[won]
            what = AccountKind(decided.state).label
            when = date_format(localtime(decided.decided_at), "Y-m-d H:i")
            assert done in pages[won]
            assert f"{names[won]} 已经处理过这笔学时（{what}，{when}）" in pages[1 - won]
    assert "Everything agrees" in site.manage("ledger_check")
