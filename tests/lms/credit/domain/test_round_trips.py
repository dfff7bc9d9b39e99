"""How often posting goes to the database and back, counted on the line."""

from lms.credit.domain.assign import assign_policy
from lms.credit.domain.evidence import take_part
from lms.credit.models.policy import Policy, PolicyAssignment
from lms.credit.models.standing import Standing
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import RoleSpellFactory
from lms.testing.trips import round_trips

AT = credit.AT


def test_a_booking_takes_two_with_its_standing_and_its_commit(own_database: str) -> None:
    spell = RoleSpellFactory()
    # BEGIN with the lock and the reads; the writes with COMMIT.
    assert _trips_of_the_next(spell.person, 1) == 2
    policy = Policy.objects.get(slug="wenzhou-2012")
    assign_policy(policy=policy, organisation=spell.organisation, from_on=AT.date(), to_on=None)
    # The first in a process reads the policy, for which the line has to be free: the standing comes after the booking.
    assert _trips_of_the_next(spell.person, 3) == 2 + 3
    assert _trips_of_the_next(spell.person, 4) == 2
    # What nobody sees any longer goes in a trip of its own, before the COMMIT.
    PolicyAssignment.objects.all().delete()
    assert _trips_of_the_next(spell.person, 5) == 4
    assert not Standing.objects.exists()


def _trips_of_the_next(person: Person, number: int) -> int:
    subject = f"media.asset:{number}"
    version = credit.declared(key=f"test.training:{number}", needs=[credit.watch(subject)])
    take_part(person=person, training_key=version.training.key, at=AT)
    begun = AT + number * credit.TEN_MINUTES
    wall = [(begun, begun + credit.TEN_MINUTES)]
    return round_trips(lambda: credit.evidence(person, subject=subject, wall=wall))
