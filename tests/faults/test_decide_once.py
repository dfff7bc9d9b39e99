"""Verifiers decide the same bookings in the same second: each booking is decided once, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain.check import verify_chain
from lms.credit.domain.confirm import confirm, reject
from lms.credit.errors import AlreadyDecided
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, RoleSpellFactory

pytestmark = pytest.mark.faults
VERIFIERS = 12


def test_verifiers_deciding_the_same_bookings_at_once(own_database) -> None:
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
        assert verify_chain(teacher) is None
        held = queries.balance(teacher)
        assert (held.pending, held.confirmed + held.rejected) == (Hours(0), Hours(400))
