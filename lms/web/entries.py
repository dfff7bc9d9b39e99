"""Bookings as pages show them: words, days and steps made ready, so that templates ask nothing."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lms.credit.core.explained import Explained, explained
from lms.credit.core.hours import Hours
from lms.credit.core.lines import Line
from lms.credit.core.minutes import joined
from lms.credit.core.moves import PERSONAL
from lms.credit.core.needs import Asked, stretches_of
from lms.credit.enums import AccountKind, Act, FlagState, Form, Level, Purpose, Theme
from lms.credit.models.evidence import Evidence
from lms.credit.queries import Entry
from lms.people.models import Person
from lms.plugins.hooks import EvidenceKind
from lms.plugins.registry import registry
from lms.web.questions import Question
from lms.web.steps import Step

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer

PLAIN_EVIDENCE = "lms/evidence.html"
STATES = tuple(AccountKind(state) for state in PERSONAL)
"""In which a teacher's hours can be, in the order in which they are listed."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of evidence; `template` draws it. `is_replaced`: a later one of its kind tells all of it, and more."""

    evidence: Evidence
    template: str
    label: str | Promise
    is_replaced: bool = False


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One thing that the training asks for and the evidence that met it, together `share` of it."""

    title: str
    minimum: Decimal
    share: Decimal | None
    pieces: tuple[Piece, ...]

    @property
    def counting(self) -> tuple[Piece, ...]:
        """What the share rests on."""
        return tuple(one for one in self.pieces if not one.is_replaced)

    @property
    def replaced(self) -> tuple[Piece, ...]:
        """What was reckoned before, such as a lesson before its outage was declared."""
        return tuple(one for one in self.pieces if one.is_replaced)


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """A day on which something was done: its stretches of time (aware), and how long they are together."""

    on: datetime.date
    spans: tuple[tuple[datetime.datetime, datetime.datetime], ...]
    seconds: int


@dataclass(frozen=True)
class Shown:
    """One booking for a page."""

    entry: Entry

    @property
    def id(self) -> str:
        """Its public id, as in addresses."""
        return str(self.entry.id)

    @property
    def facts(self) -> dict[str, Any]:
        """The training's facts on the day it was booked."""
        facts: dict[str, Any] = self.entry.booking.facts
        return facts

    @property
    def person(self) -> Person:
        """Whose hours these are."""
        return self.entry.booking.person

    @property
    def title(self) -> str:
        """The training's name."""
        return self.entry.title

    @property
    def hours(self) -> Hours:
        """What was booked."""
        return self.entry.hours

    @property
    def on(self) -> datetime.date:
        """The day on which it was completed."""
        return self.entry.booking.happened_on

    @property
    def month(self) -> datetime.date:
        """That day's month, by its first day."""
        return self.on.replace(day=1)

    @property
    def source(self) -> str:
        """Who held the training: the provider, else the school."""
        if elsewhere := self.facts.get("held_by"):
            return str(elsewhere)
        held_by = self.facts["provider"] or self.facts["school"]
        return str(held_by["name"]) if held_by else ""

    @property
    def origin(self) -> str:
        """The school where it was earned, and of which bureau: as on that day, wherever the teacher is now."""
        places = (self.facts["school"], self.facts["bureau"])
        return " · ".join(str(one["name"]) for one in places if one)

    @property
    def form(self) -> str | Promise:
        """How the training was held, in words."""
        return Form(self.facts["form"]).label

    @property
    def kinds(self) -> str:
        """Form, level and purpose of the training, in words."""
        facts = self.facts
        labels = (self.form, Level(facts["level"]).label, Purpose(facts["purpose"]).label)
        return " · ".join(str(one) for one in labels)

    @property
    def themes(self) -> str:
        """What the training is about, in words."""
        return pgettext("between names", ", ").join(
            str(Theme(one).label) for one in self.facts["themes"]
        )

    @property
    def state(self) -> str:
        """Where the hours lie now."""
        return self.entry.state.value

    @property
    def is_pending(self) -> bool:
        """Waits for a decision."""
        return self.entry.state == AccountKind.PENDING

    @property
    def is_confirmed(self) -> bool:
        """Counts, and has a certificate."""
        return self.entry.counts

    @property
    def counts(self) -> bool:
        """Counts or may yet count."""
        return self.entry.state not in {AccountKind.REJECTED, AccountKind.ISSUED}

    @property
    def badge(self) -> tuple[str, str]:
        """The badge's kind, and its words where they are not the usual ones."""
        return badge_of(self.entry.state)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The days and how much of the hours arose on each."""
        return self.entry.lines

    @cached_property
    def proofs(self) -> tuple[Proof, ...]:
        """What was asked for, in the course's order, with what met it."""
        needs = self.entry.booking.version.needs
        return tuple(_proof(Asked.of(need), self.entry.evidence) for need in needs)

    @cached_property
    def explained(self) -> Explained | None:
        """What was left out because it had been counted before; None where nothing was."""
        return explained(self.facts)

    @property
    def worth(self) -> Hours:
        """What the training is worth, also where a part of it had been counted before."""
        return self.explained.worth if self.explained else self.hours

    @cached_property
    def sittings(self) -> tuple[Sitting, ...]:
        """When it was done, by day in Asia/Shanghai; without days for what leaves no stretch of time."""
        spans = sorted(span for one in self.entry.evidence for span in one.wall)
        return tuple(
            Sitting(
                on=on,
                spans=_joined(group := list(found), gap=datetime.timedelta(minutes=1)),
                # Two pieces may be of the same time, such as a lesson settled anew after an outage.
                seconds=sum(
                    int((end - start).total_seconds())
                    for start, end in _joined(group, gap=datetime.timedelta(0))
                ),
            )
            for on, found in itertools.groupby(
                spans, key=lambda span: timezone.localtime(span[0]).date()
            )
        )

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What looked odd about the evidence, each with what was said and decided."""
        return tuple(Question(one) for one in self.entry.flags)

    @property
    def flags(self) -> tuple[Question, ...]:
        """Those that nobody has found to be in order."""
        return tuple(one for one in self.questions if one.flag.state != FlagState.FINE)

    @property
    def undecided(self) -> tuple[Question, ...]:
        """Those that whoever confirms the hours has to decide."""
        return tuple(one for one in self.questions if one.flag.state == FlagState.OPEN)

    @property
    def summary(self) -> str:
        """What earned it, in a few words: the share of a single piece, or how many there were."""
        proofs = [one for one in self.proofs if one.pieces]
        if len(proofs) == 1:
            return f"{proofs[0].pieces[-1].label} {int((proofs[0].share or 0) * 100)}%"
        return _("%(count)d activities done") % {"count": len(proofs)}

    def steps(self, verifiers: Iterable[Person], *, reader: Person) -> tuple[Step, ...]:
        """The way it went so far, and whom it waits for, said to `reader`."""
        done = [_step(one) for one in self.entry.history]
        if self.is_pending:
            done.append(Step(css="now", words=self._waits_for(list(verifiers), reader)))
        return tuple(done)

    def _waits_for(self, verifiers: list[Person], reader: Person) -> str:
        if reader == self.person:
            # Nobody confirms their own hours, whatever their duty.
            others = [one for one in verifiers if one != reader]
            if verifiers and not others:
                return _(
                    "Waits for a colleague: nobody confirms their own hours, and nobody else there confirms any"
                )
            verifiers = others
        elif reader in verifiers:
            return _("Waits for you to confirm it")
        names = pgettext("between names", ", ").join(one.name for one in verifiers)
        if not names:
            return _("Waits for the school; nobody there confirms hours today")
        return _("Waits for %(names)s to confirm it") % {"names": names}


def badge_of(state: AccountKind) -> tuple[str, str]:
    """The badge's kind, and its words where they are not the usual ones."""
    return ("rejected", _("Withdrawn")) if state == AccountKind.ISSUED else (state.value, "")


@dataclass(frozen=True, kw_only=True)
class Month:
    """Bookings of one month; `sums` are the whole month's, also where the page shows a part of it."""

    on: datetime.date
    entries: tuple[Shown, ...]
    sums: tuple[tuple[str, Hours], ...]


def by_month(
    entries: Sequence[Shown], sums: Mapping[datetime.date, Mapping[str, Hours]]
) -> list[Month]:
    """Cut into months, in the order given. `sums`: each month's hours by state."""
    return [
        Month(
            on=month,
            entries=tuple(found),
            sums=tuple(
                (state.value, sums[month][state]) for state in STATES if state in sums[month]
            ),
        )
        for month, found in itertools.groupby(entries, key=lambda one: one.month)
    ]


def _proof(asked: Asked, evidence: Iterable[Evidence]) -> Proof:
    mine = [one for one in evidence if asked.wants(one)]
    return Proof(
        title=asked.title,
        minimum=asked.minimum,
        share=asked.reached(mine) if mine else None,
        pieces=tuple(
            _piece(one, is_replaced=any(_replaces(by, one) for by in mine)) for one in mine
        ),
    )


def _replaces(later: Evidence, earlier: Evidence) -> bool:
    if later.kind != earlier.kind or later.recorded_at <= earlier.recorded_at:
        return False
    told, before = stretches_of(later.spans), stretches_of(earlier.spans)
    return bool(before) and joined([*told, *before]) == told


def _piece(evidence: Evidence, *, is_replaced: bool) -> Piece:
    kind = registry.get(EvidenceKind, evidence.kind)
    return Piece(
        evidence=evidence,
        template=kind.template if kind else PLAIN_EVIDENCE,
        label=kind.label if kind else _("Done"),
        is_replaced=is_replaced,
    )


def _joined(
    spans: Iterable[tuple[datetime.datetime, datetime.datetime]], *, gap: datetime.timedelta
) -> tuple[tuple[datetime.datetime, datetime.datetime], ...]:
    """Sorted stretches; those that overlap or have less than `gap` between them are one."""
    joined: list[tuple[datetime.datetime, datetime.datetime]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _step(transfer: "Transfer") -> Step:
    who = {"who": transfer.by.name if transfer.by else ""}
    if transfer.act == Act.BOOK:
        return Step(
            css="done", at=transfer.recorded_at, words=_("Everything was done: booked by itself")
        )
    words = {
        Act.CONFIRM: _("%(who)s confirmed it"),
        Act.REJECT: _("%(who)s did not accept it"),
        Act.REGISTER: _("%(who)s registered it"),
        Act.DISPUTE: _("%(who)s questioned it"),
        Act.REVERSE: _("%(who)s took the last step back"),
    }[Act(transfer.act)]
    css = "done" if transfer.act in {Act.CONFIRM, Act.REGISTER} else "care"
    return Step(
        css=css,
        at=transfer.recorded_at,
        words=words % who,
        because=transfer.because,
        erased=bool(transfer.because_digest) and not transfer.because,
    )
