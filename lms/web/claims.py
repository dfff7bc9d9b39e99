"""Claims as pages show them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lms.credit.core.explained import Explained
from lms.credit.core.hours import Hours
from lms.credit.domain.claims import worth_now
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.models.claim import Claim, ClaimDecision, ClaimPart
from lms.credit.queries import claims as reads
from lms.credit.queries.settling import posts_of
from lms.people import rules
from lms.people.models import Person
from lms.web.claim_forms import STAGE_WORDS


@dataclass(frozen=True)
class ShownPart:
    """One teacher's part of a claim."""

    part: ClaimPart

    @property
    def claim(self) -> Claim:
        """What it is a part of."""
        return self.part.claim

    @property
    def decision(self) -> ClaimDecision | None:
        """What somebody decided; None while it waits."""
        return getattr(self.part, "decision", None)

    @cached_property
    def busy(self) -> list[reads.Busy]:
        """What is booked on these days already."""
        return reads.busy_days(self.part)

    @cached_property
    def left_out(self) -> Explained | None:
        """What of the time it states is counted already and would not be booked again; None where nothing."""
        return None if self.decision else worth_now(self.part)

    @property
    def clashes(self) -> bool:
        """Something was booked at the same time by the clock."""
        return any(one.clash for one in self.busy)


@dataclass(frozen=True, kw_only=True)
class Day:
    """A session, and whether the provider was recognised that day (None: nobody had to)."""

    on: datetime.date
    hours: Hours
    start: str
    end: str
    accredited: bool | None


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Something that looks like the claim; `who` is named only to whom that person is known by duty."""

    words: str
    who: str
    title: str
    at: datetime.datetime


@dataclass(frozen=True)
class ShownClaim:
    """One claim for a page."""

    claim: Claim
    parts: Sequence[ShownPart]
    checker: bool

    @property
    def source(self) -> str:
        """Who held it."""
        held = self.claim.provider.name if self.claim.provider else self.claim.held_by
        return held or _("the school itself")

    @property
    def kinds(self) -> str:
        """Form, level and purpose, in words."""
        claim = self.claim
        labels = (Form(claim.form), Level(claim.level), Purpose(claim.purpose))
        return " · ".join(str(one.label) for one in labels)

    @property
    def themes(self) -> list[str | Promise]:
        """What it is about."""
        return [Theme(one).label for one in self.claim.themes]

    @property
    def assessments(self) -> list[str | Promise]:
        """What was passed."""
        return [STAGE_WORDS[one] for one in self.claim.assessments or ()]

    @cached_property
    def days(self) -> list[Day]:
        """Its sessions, with the provider's accreditation on each day by the first teacher's bureau."""
        claim, person = self.claim, self.parts[0].part.person
        provider = str(claim.provider.public_id) if claim.provider else None
        posts = posts_of(person, [provider] if provider else [])
        known = {on: posts.on(on, provider).accredited for on in claim.days}
        return [
            Day(
                on=(on := datetime.date.fromisoformat(one["on"])),
                hours=Hours(one["hundredths"]),
                start=one["from"],
                end=one["to"],
                accredited=False if claim.held_by else known[on],
            )
            for one in claim.sessions
        ]

    def likenesses_for(self, person: Person, on: datetime.date) -> list[Alike]:
        """What else is on record that looks like it; names only of people this person decides for."""
        words = {
            "file": _("The very same file"),
            "picture": _("A picture that looks the same"),
            "training": _("The same training on one of these days"),
        }
        return [
            Alike(
                words=words[one.kind],
                who=one.part.person.name
                if one.part.person == person or rules.may_decide_for(person, one.part.person, on)
                else _("a teacher of another school"),
                title=one.part.claim.title,
                at=one.part.claim.brought_at,
            )
            for one in reads.likenesses(self.claim)
        ]
