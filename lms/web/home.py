"""What a person's home page says, part by part; each part is None for whom it is not meant."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from wagtail.models import TaskState

from lms.credit import queries
from lms.credit.core.hours import ZERO, Hours, total
from lms.credit.core.moves import COUNTED, PENDING
from lms.credit.enums import Form
from lms.credit.queries import flags as flag_reads
from lms.credit.queries.register import Heap, heaps_to_register, together
from lms.credit.queries.standings import Tally, standings_at, tally
from lms.people import queries as people
from lms.people import rules
from lms.people.models import Person
from lms.plugins.hooks import HomePanel, NextActivity, NextStep, Who
from lms.plugins.registry import registry
from lms.web.entries import Shown
from lms.web.periods import half_year
from lms.web.pictures import Arc
from lms.web.questions import Question

RECENT = 4


@dataclass(frozen=True, kw_only=True)
class Part:
    """Hours of one form of training, beside `most`, the hours of the fullest one."""

    label: str | Promise
    confirmed: Hours
    pending: Hours
    most: Hours


@dataclass(frozen=True, kw_only=True)
class Earned:
    """A teacher's year so far, and what moved last in any year."""

    year: int
    confirmed: Hours
    pending: Hours
    parts: tuple[Part, ...]
    moved: tuple[Shown, ...]

    @property
    def arcs(self) -> list[Arc]:
        """For the ring: what counts and what waits, and nothing owed, as no policy has been asked."""
        whole = self.confirmed + self.pending
        return [
            Arc(
                required=whole.hundredths,
                counted=self.confirmed.hundredths,
                pending=self.pending.hundredths,
            )
        ]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Hours that wait for a verifier or in a bureau."""

    count: int
    hours: Hours
    since: datetime.datetime | None


@dataclass(frozen=True, kw_only=True)
class Region:
    """What a bureau or district looks after, in true figures. `audit_on`: the half-year's last day."""

    places: tuple[str, ...]
    schools: int
    teachers: int
    balance: queries.Balance
    since: datetime.datetime | None
    to_register: Heap
    moves: int
    audit_on: datetime.date


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What a provider's trainers and moderators find in the admin."""

    providers: tuple[str, ...]
    moderates: bool
    reviews: int


def earned_by(person: Person, on: datetime.date) -> Earned | None:
    """For teachers."""
    if not rules.is_teacher(person, on):
        return None
    bookings = queries.bookings_of(person)
    parts = _parts(queries.hours_of_year(person, on.year))
    return Earned(
        year=on.year,
        confirmed=total(one.confirmed for one in parts),
        pending=total(one.pending for one in parts),
        parts=parts,
        moved=tuple(
            Shown(one)
            for one in queries.entries_at(bookings.order_by("-recorded_at", "-pk")[:RECENT])
        ),
    )


def _parts(hours: Mapping[tuple[str, str], Hours]) -> tuple[Part, ...]:
    """Of `hours` by form and state, the forms that count or wait, as enums list them."""
    sums = [
        (
            form,
            total(hours.get((form, state), ZERO) for state in COUNTED),
            hours.get((form, PENDING), ZERO),
        )
        for form in Form
    ]
    most = max((confirmed + pending for _, confirmed, pending in sums), default=ZERO)
    return tuple(
        Part(label=form.label, confirmed=confirmed, pending=pending, most=most)
        for form, confirmed, pending in sums
        if confirmed or pending
    )


def waiting_for(person: Person, on: datetime.date) -> Waiting | None:
    """For verifiers."""
    if not rules.is_verifier(person, on):
        return None
    found = list(queries.waiting_for(person, on).values_list("hundredths", "recorded_at"))
    return Waiting(
        count=len(found),
        hours=total(Hours(hundredths) for hundredths, _ in found),
        since=found[0][1] if found else None,
    )


def asked_of(person: Person) -> tuple[Question, ...]:
    """For teachers: what the school would like to know about their evidence, and they have not answered."""
    flags = (Question(one) for one in flag_reads.flags_to_answer(person))
    return tuple(one for one in flags if not one.answered)


def in_question_for(person: Person, on: datetime.date) -> int:
    """For verifiers and bureaus: how many bookings and appeals wait for a decision about a question."""
    if not (rules.is_verifier(person, on) or people.organisations_overseen_by(person, on)):
        return 0
    teachers = people.teachers_decided_by(person, on)
    officers = people.schools_registered_by(person, on)
    appeals = flag_reads.appeals_of(people.teachers_of(officers, on).exclude(pk=person.pk))
    return queries.disputed_of(teachers).count() + len(appeals)


def region_of(person: Person, on: datetime.date) -> Region | None:
    """For a bureau's or a district's administrators."""
    places = people.organisations_overseen_by(person, on)
    if not places:
        return None
    schools = list(people.schools_under(places))
    teachers = people.teachers_of(schools, on)
    return Region(
        places=tuple(place.name for place in places),
        schools=len(schools),
        teachers=teachers.count(),
        balance=queries.held_by(teachers),
        since=queries.longest_waiting(teachers),
        to_register=together(heaps_to_register(person, on).values()),
        moves=people.moves_to_answer(person, on).count(),
        audit_on=half_year(on).last,
    )


def tally_of(person: Person, on: datetime.date) -> Tally | None:
    """For verifiers and administrators: how many of their teachers have met what is asked for."""
    if not rules.is_verifier(person, on) and not rules.is_bureau(person, on):
        return None
    return tally(standings_at(people.schools_in_charge_of(person, on)))


def workshop_of(person: Person, on: datetime.date) -> Workshop | None:
    """For a provider's trainers and moderators."""
    taught = people.providers_taught_by(person, on)
    moderated = people.providers_moderated_by(person, on)
    if not taught and not moderated:
        return None
    return Workshop(
        providers=tuple(dict.fromkeys(one.name for one in (*taught, *moderated))),
        moderates=bool(moderated),
        reviews=TaskState.objects.reviewable_by(person).count() if moderated else 0,
    )


def next_of(person: Person) -> NextActivity | None:
    """The nearest unfinished thing that a plugin knows of."""
    found = (step.find(person) for step in registry.all(NextStep))
    return next((one for one in found if one), None)


_IS: dict[Who, Callable[[Any, datetime.date], bool]] = {
    Who.PUBLIC: lambda person, on: not person.is_authenticated,
    Who.SIGNED_IN: lambda person, on: person.is_authenticated,
    Who.TEACHER: rules.is_teacher,
    Who.TRAINER: rules.is_trainer,
    Who.VERIFIER: rules.is_verifier,
    Who.MODERATOR: rules.is_moderator,
    Who.BUREAU: rules.is_bureau,
}


def panels_for(request: HttpRequest, on: datetime.date) -> list[SafeString]:
    """What plugins add to this person's home, rendered."""
    person: Any = request.user
    mine = [panel for panel in registry.all(HomePanel) if _IS[panel.for_](person, on)]
    contexts = [(panel, panel.context(person)) for panel in mine]
    return [
        render_to_string(panel.template, dict(context), request)
        for panel, context in contexts
        if context is not None
    ]
