"""Flags: odd things about evidence are raised beside it, answered by the teacher and decided by a named person.

A flag takes nothing away. A booking with an undecided one comes first on the desk, and whoever confirms it decides it.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from lms.credit import events
from lms.credit.core.lines import day_of
from lms.credit.core.oddities import longest_sitting, parse_window, seconds_within
from lms.credit.domain.ledger import checked_reason, lock_heads
from lms.credit.enums import FlagAct, FlagState
from lms.credit.errors import NotToDecide, OwnHours, UnknownFlag
from lms.credit.models.flag import Flag, FlagStep, FlagWords
from lms.credit.queries import flags as flag_reads
from lms.people import rules

if TYPE_CHECKING:
    from lms.credit.models.evidence import Evidence
    from lms.people.models.person import Person

ODD_HOURS = "credit.odd-hours"
LONG_SITTING = "credit.long-sitting"

Raised = Mapping[str, Mapping[str, Any]]
"""Kinds of flags (see the hook FlagKind), each with its facts: JSON without floats, naming nobody."""


def odd_about(evidence: "Evidence", raised: Raised) -> Raised:
    """What is odd about a piece of evidence: what its plugin found, and what its times show."""
    return {**raised, **_of_times(evidence)}


def not_yet_asked(evidence: "Evidence", found: Raised) -> Raised:
    """Of what is odd about evidence that tells anew of its subject: what no earlier piece of its kind is asked about.

    Neither what is still undecided, whatever it comes to now, nor what was decided with the same facts.
    """
    if not found:
        return found
    before = Flag.objects.filter(
        person=evidence.person,
        evidence__kind=evidence.kind,
        evidence__subject=evidence.subject,
        kind__in=found,
    )
    asked = {
        one.kind
        for one in flag_reads.whole(before)
        if one.state in (FlagState.OPEN, FlagState.APPEALED) or one.facts == found[one.kind]
    }
    return {kind: facts for kind, facts in found.items() if kind not in asked}


def raise_flags(evidence: "Evidence", found: Raised, *, at: datetime.datetime) -> list[Flag]:
    """Put beside evidence that was just stored what is odd about it. Tells afterwards."""
    flags = [
        Flag(
            evidence=evidence,
            person=evidence.person,
            kind=kind,
            facts=dict(facts),
            raised_at=at,
        )
        for kind, facts in found.items()
    ]
    if flags:
        Flag.objects.bulk_create(flags)
        events.notify_flagged(person_id=evidence.person_id, kinds=tuple(found))
    return flags


def _of_times(evidence: "Evidence") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    window = parse_window(settings.FLAG_ODD_HOURS)
    odd_s = seconds_within(evidence.wall, window)
    if window and odd_s >= settings.FLAG_ODD_MINUTES * 60:
        found[ODD_HOURS] = {
            "seconds": odd_s,
            "from": window[0].isoformat("minutes"),
            "to": window[1].isoformat("minutes"),
        }
    pause = datetime.timedelta(minutes=settings.FLAG_PAUSE_MINUTES)
    sitting = longest_sitting(evidence.wall, pause)
    long_s = int((sitting[1] - sitting[0]).total_seconds()) if sitting else 0
    if sitting and settings.FLAG_LONG_MINUTES and long_s >= settings.FLAG_LONG_MINUTES * 60:
        found[LONG_SITTING] = {
            "seconds": long_s,
            "from": sitting[0].isoformat(),
            "to": sitting[1].isoformat(),
        }
    return found


@transaction.atomic
def answer(*, person: "Person", flag: Flag, text: str, at: datetime.datetime) -> FlagStep:
    """The teacher says how it was; after a decision of the school's that the question stands, this is an appeal.

    Raises UnknownFlag for somebody else's, ReasonMissing without words, NotToDecide once it is settled for good.
    """
    text = checked_reason(text)
    flag = _locked(flag)
    if flag.person_id != person.pk:
        raise UnknownFlag
    if flag.state == FlagState.FINE or any(step.final for step in flag.steps.all()):
        raise NotToDecide
    return _step(flag, FlagAct.ANSWER, by=person, text=text, at=at)


@transaction.atomic
def decide(
    *, by: "Person", flag: Flag, act: FlagAct, because: str, at: datetime.datetime
) -> FlagStep:
    """A named person says that nothing is wrong (FINE) or that the question stands, and why.

    The school's verifier decides first, the bureau what the teacher appeals against (or what is open); its word is
    final. Raises OwnHours, UnknownFlag, NotToDecide, ReasonMissing.
    """
    because = checked_reason(because)
    flag = _locked(flag)
    on = day_of(at)
    if flag.person_id == by.pk:
        raise OwnHours
    if not rules.may_decide_for(by, flag.person, on):
        raise UnknownFlag
    if act == FlagAct.ANSWER or not may_decide(by, flag, on):
        raise NotToDecide
    final = rules.may_register_person(by, flag.person, on)
    return _step(flag, act, by=by, text=because, at=at, final=final)


def may_decide(person: "Person", flag: Flag, on: datetime.date) -> bool:
    """Whether somebody decides this flag as it is now: the bureau appeals too, the school's verifier what is open."""
    able = {FlagState.OPEN}
    if rules.may_register_person(person, flag.person, on):
        able.add(FlagState.APPEALED)
    return rules.may_decide_for(person, flag.person, on) and flag.state in able


def clear(flags: Collection[Flag], *, by: "Person", because: str, at: datetime.datetime) -> None:
    """Decide undecided flags as nothing wrong, as part of a confirmation that the caller checked and commits."""
    steps = [FlagStep(flag=flag, act=FlagAct.FINE, by=by, at=at) for flag in flags]
    FlagStep.objects.bulk_create(steps)
    FlagWords.objects.bulk_create([FlagWords(step=step, text=because) for step in steps])


def _locked(flag: Flag) -> Flag:
    # Lock before reading, as all do who write about a person's hours: answer and decision may come in one second.
    lock_heads([flag.person_id])
    return flag_reads.whole(Flag.objects.filter(pk=flag.pk)).get()


def _step(
    flag: Flag,
    act: FlagAct,
    *,
    by: "Person",
    text: str,
    at: datetime.datetime,
    final: bool = False,
) -> FlagStep:
    step = FlagStep.objects.create(flag=flag, act=act, by=by, at=at, final=final)
    FlagWords.objects.create(step=step, text=text)
    return step
