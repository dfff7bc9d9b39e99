"""What would close a gap: trainings that plugins offer, measured by the policy's own filters."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.credit.core.facts import Training
from lms.credit.core.hours import ZERO, Hours
from lms.credit.core.outlook import Prospect, as_number
from lms.credit.core.policy_rules import Recognition
from lms.credit.core.recognise import Line
from lms.credit.core.require import lets_through
from lms.credit.domain.why import Why
from lms.people.models.organisations import Accreditation, Organisation
from lms.plugins.hooks import Opening, Openings, Wanted
from lms.plugins.registry import registry

if TYPE_CHECKING:
    from lms.people.models.person import Person

A_DAY = Hours(800)
"""As many hours as somebody can take on one day where the policy has no cap of its own."""


@dataclass(frozen=True, slots=True)
class Closer:
    """A training that can still be taken, and how much of the gap it closes (hundredths of hours, or trainings)."""

    opening: Opening
    closes: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement that is not met and still can be, with what closes most of it first."""

    prospect: Prospect
    closers: tuple[Closer, ...]


def gaps_of(person: "Person", why: Why, *, most: int) -> list[Gap]:
    """Each open requirement, duties before advice, with the best `most` trainings. Asks each plugin once."""
    open_ = sorted(
        (
            one
            for one in why.outlook.prospects
            if one.now.status == "unmet" and one.due >= why.as_of
        ),
        key=lambda one: (one.now.requirement.kind != "must", one.due),
    )
    if not open_:
        return []
    wanted = _wanted(why, open_)
    openings = [one for hook in registry.all(Openings) for one in hook.find(person, wanted)]
    return [Gap(one, _closers(one, openings, why)[:most]) for one in open_]


def _wanted(why: Why, prospects: Sequence[Prospect]) -> tuple[Wanted, ...]:
    providers = None
    if why.rules.recognition.not_accredited:
        providers = _accredited(why.row.organisation, why.as_of)
    filters = [one.now.requirement.counting.filter for one in prospects]
    return tuple(
        Wanted(
            forms=one.forms,
            levels=one.levels,
            themes=one.themes,
            purposes=one.purposes,
            providers=providers,
        )
        for one in filters
        if not one.diplomas
    )


def _accredited(place: Organisation, on: datetime.date) -> frozenset[int]:
    """Providers that the bureau above counts that day, by key."""
    found = Accreditation.objects.on(on).filter(bureau__path=place.path[: Organisation.steplen])
    return frozenset(found.values_list("provider", flat=True))


def _closers(prospect: Prospect, openings: Sequence[Opening], why: Why) -> tuple[Closer, ...]:
    found = [
        Closer(one, closes)
        for one in openings
        if (closes := _closes(prospect, one, why.rules.recognition, why.as_of))
    ]
    return tuple(sorted(found, key=lambda one: (-one.closes, one.opening.hundredths)))


def _closes(prospect: Prospect, one: Opening, rules: Recognition, today: datetime.date) -> int:
    """How much of the gap it closes; nothing where it does not count for it or cannot be done in time."""
    if rules.diploma is not None and one.form == rules.diploma.form:
        return 0
    training = Training(
        one.key, one.form, one.level, themes=frozenset(one.themes), purpose=one.purpose
    )
    hours = Hours(one.hundredths)
    if not lets_through(
        prospect.now.requirement.counting.filter, Line(training, today, hours, hours)
    ):
        return 0
    days = (prospect.due - today).days + 1
    if one.hundredths > days * (rules.daily_cap or A_DAY).hundredths or hours == ZERO:
        return 0
    return _share(prospect, one.hundredths)


def _share(prospect: Prospect, hundredths: int) -> int:
    lacking = as_number(prospect.now.shortfall)
    match prospect.now.requirement.counting.measure:
        case "trainings":
            return 1
        case "largest-training":
            return lacking if hundredths >= as_number(prospect.now.required) else 0
        case "hours":
            return min(lacking, hundredths)
