"""Declaring what hours are booked for, and taking part in it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.credit.core.hours import ZERO, Hours, total
from lms.credit.core.lines import Line
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.errors import BadTraining
from lms.credit.models.training import Training, TrainingVersion

if TYPE_CHECKING:
    from lms.people.models.organisations import Provider
    from lms.people.models.person import Person

LONGEST_KEY = 120


@dataclass(frozen=True, kw_only=True)
class Need:
    """Evidence that a training asks for.

    `minimum` is the share of the subject that suffices, above 0 and up to 1. `weight_s` says how much of the hours this
    piece stands for when they are divided over days: a video's seconds; 0 for what takes no time worth counting.

    `united_with` names further kinds of evidence whose stretches lie on the subject's one timeline: a live lesson and
    its replay. Together they have to reach the minimum. `length_ms` is that timeline's length; None where it is not
    known yet: then the evidence brings it, as the fact `length`.
    """

    evidence_kind: str
    subject: str
    minimum: Decimal
    title: str
    weight_s: int
    united_with: tuple[str, ...] = ()
    length_ms: int | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of evidence that count towards it."""
        return (self.evidence_kind, *self.united_with)

    def as_data(self) -> dict[str, Any]:
        """What is kept in the version; `lms.credit.core.needs` reads it."""
        kinds: dict[str, Any] = {"kind": self.evidence_kind}
        if self.length_ms is not None or self.united_with:
            kinds = {"kinds": list(self.kinds)}
        if self.length_ms is not None:
            kinds["length_ms"] = self.length_ms
        return kinds | {
            "subject": self.subject,
            "minimum": format(self.minimum.normalize(), "f"),
            "title": self.title,
            "weight_s": self.weight_s,
        }


@dataclass(frozen=True, kw_only=True)
class TrainingFacts:
    """What is copied into every booking. `content` names the plugin's own version of the content.

    Of what was held elsewhere: `sessions`, its dated hours, which the booking's lines then are; `held_by`, a provider
    that is none of ours, so that nobody accredits it; `assessments` (stage: "pass"), `diploma_on`: as policies ask.
    """

    title: str
    form: Form
    level: Level
    themes: tuple[Theme, ...]
    purpose: Purpose
    provider: "Provider | None"
    hours: Hours
    minutes_per_hour: int
    content: str = ""
    sessions: tuple[Line, ...] = ()
    held_by: str = ""
    assessments: Mapping[str, str] | None = None
    diploma_on: datetime.date | None = None

    def as_data(self) -> dict[str, Any]:
        """What is kept in the version."""
        provider = self.provider
        elsewhere = {
            "sessions": [[line.on.isoformat(), line.hours.hundredths] for line in self.sessions],
            "held_by": self.held_by,
            "assessments": dict(self.assessments) if self.assessments is not None else None,
            "diploma_on": self.diploma_on.isoformat() if self.diploma_on else None,
        }
        return {name: value for name, value in elsewhere.items() if value not in ([], "", None)} | {
            "title": self.title,
            "form": Form(self.form).value,
            "level": Level(self.level).value,
            "themes": sorted(Theme(theme).value for theme in self.themes),
            "purpose": Purpose(self.purpose).value,
            "provider": {"id": str(provider.public_id), "name": provider.name}
            if provider
            else None,
            "hundredths": self.hours.hundredths,
            "minutes_per_hour": self.minutes_per_hour,
            "content": self.content,
        }


@transaction.atomic
def declare_training(
    *,
    key: str,
    facts: TrainingFacts,
    complete_when: Sequence[Need],
    by: "Person",
    at: datetime.datetime,
) -> TrainingVersion:
    """A new immutable version of the training `key`, numbered from 1; the newest one when nothing has changed.

    All of `complete_when` must be met for its hours. Raises BadTraining with a sentence.
    """
    check_training(key, facts, complete_when)
    training, _created = Training.objects.get_or_create(key=key)
    # Lock before reading: two moderators publish in the same second.
    Training.objects.select_for_update().get(pk=training.pk)
    newest = training.versions.order_by("-number").first()
    said = facts.as_data()
    needs = [need.as_data() for need in complete_when]
    if newest and (newest.facts, newest.needs) == (said, needs):
        return newest
    version = TrainingVersion(
        training=training,
        number=newest.number + 1 if newest else 1,
        facts=said,
        needs=needs,
        declared_by=by,
        declared_at=at,
    )
    version.digest = version.content_digest()
    version.save(force_insert=True)
    return version


def check_training(key: str, facts: TrainingFacts, complete_when: Sequence[Need]) -> None:
    """Raise BadTraining where a fact or a need makes no sense."""
    if not 0 < len(key) <= LONGEST_KEY or ":" not in key:
        raise BadTraining(
            _("A training's key looks like courses.course:4f2a, up to 120 characters.")
        )
    if not facts.title.strip():
        raise BadTraining(_("A training needs a title."))
    if facts.hours <= ZERO:
        raise BadTraining(_("A training is worth more than 0 hours."))
    if facts.sessions and total(line.hours for line in facts.sessions) != facts.hours:
        raise BadTraining(_("The hours of the sessions do not add up to the training's."))
    if not 1 <= facts.minutes_per_hour <= 60:
        raise BadTraining(_("An hour of credit has between 1 and 60 minutes."))
    if not complete_when:
        raise BadTraining(_("A training needs at least one activity that completes it."))
    seen: set[tuple[str, str]] = set()
    for need in complete_when:
        _check_need(need)
        mine = {(kind, need.subject) for kind in need.kinds}
        if len(mine) < len(need.kinds) or mine & seen:
            raise BadTraining(_("“%(title)s” is asked for twice.") % {"title": need.title})
        seen |= mine


def _check_need(need: Need) -> None:
    title = {"title": need.title}
    if not 0 < need.minimum <= 1:
        raise BadTraining(_("“%(title)s”: what suffices lies above 0 and up to 1.") % title)
    if need.weight_s < 0:
        raise BadTraining(_("“%(title)s”: a length cannot be negative.") % title)
    if need.length_ms is not None and need.length_ms <= 0:
        raise BadTraining(_("“%(title)s”: a length cannot be negative.") % title)
