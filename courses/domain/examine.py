"""What a course in the making would be if it were published: its steps, and what stands against it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.models.enrolment import Step
from courses.models.pages import CoursePage
from lms.api.activities import MISSING, kind_of
from lms.api.credit import (
    BadTraining,
    Form,
    Hours,
    Level,
    Need,
    Purpose,
    Theme,
    TrainingFacts,
    check_training,
    hour_unit_for,
)
from lms.api.hooks import ActivityFacts, ActivityKind, registry


def problems_of(course: CoursePage, on: datetime.date) -> list[str]:
    """Why a course cannot be published that day, in sentences; none: it can."""
    return examined(course, on)[1]


def examined(course: CoursePage, on: datetime.date) -> tuple[list[Step], list[str]]:
    """The course's steps, and sentences about what stands against publishing them. One look-up a kind of activity."""
    modules = [_module(child) for child in course.modules]
    facts = _described(modules)
    steps: list[Step] = []
    problems: list[str] = []
    content_s = 60 * course.offscreen_minutes
    for module in modules:
        about = facts.get((module["kind"], module["ref"]))
        if problem := _problem(module, about):
            words = {"title": module["title"], "problem": problem}
            problems.append(_("“%(title)s”: %(problem)s") % words)
        elif about:
            steps.append(Step(**module, subject=about.subject, duration_s=about.duration_s))
            content_s += about.carries_s
    if not modules:
        problems.append(_("The course has no modules. Add at least one."))
    if not problems:
        try:
            check_training(course.training_key, facts_of(course), needs_of(steps))
        except BadTraining as wrong:
            problems.append(str(wrong))
        problems += _problems_of_hours(course, content_s, on)
    return steps, problems


def _problems_of_hours(course: CoursePage, content_s: int, on: datetime.date) -> list[str]:
    """Hours that the content does not carry (decision 014), or that the provider's bureaus do not count so finely."""
    rule = hour_unit_for(course.provider, on)
    unit = replace(rule, minutes=course.minutes_per_hour)
    if course.hours > (most := unit.hours_in(content_s)):
        return [_too_much(content_s, unit.minutes, most)]
    if course.hours.hundredths % unit.step:
        words = _("By the policy of the provider's bureau hours are counted in steps of %(step)s.")
        return [words % {"step": Hours(unit.step)}]
    return []


def _too_much(content_s: int, minutes_per_hour: int, most: Hours) -> str:
    minutes, seconds = divmod(content_s, 60)
    words = _("%(minutes)d min %(seconds)d s") if seconds else _("%(minutes)d minutes")
    return _(
        "The content takes %(content)s; at %(length)d minutes an hour that is at most %(most)s hours. "
        "Lower the hours, or state the off-screen study that the course asks for."
    ) % {
        "content": words % {"minutes": minutes, "seconds": seconds},
        "length": minutes_per_hour,
        "most": most,
    }


def check_chosen(person: Any, before: Iterable[Any] | None, after: Iterable[Any]) -> None:
    """Raises ValidationError where `after` has things that `before` had not and that are not the person's to choose.

    Choosers offer only what somebody works with, but an address in a form can be written by hand. What is in the course
    already stays, whoever edits it next.
    """
    there = {(one["kind"], one["ref"]) for one in map(_module, before or ())}
    added = [one for one in map(_module, after) if (one["kind"], one["ref"]) not in there]
    refs = _refs_by_kind(added)
    allowed = {
        key: set(kind.choosable(person, wanted))
        for key, wanted in refs.items()
        if (kind := registry.get(ActivityKind, key)) and kind.choosable
    }
    sentence = _("“%(title)s”: what was chosen belongs to a provider that you do not work for.")
    wrong = [
        sentence % {"title": one["title"]}
        for one in added
        if one["ref"] and one["ref"] not in allowed.get(one["kind"], {one["ref"]})
    ]
    if wrong:
        raise ValidationError(wrong)


def needs_of(steps: Sequence[Step]) -> tuple[Need, ...]:
    """The evidence that completes these steps, all of it; hours are divided over days by the steps' lengths."""
    return tuple(
        Need(
            evidence_kind=kind.evidence_kind,
            subject=step.subject,
            minimum=step.minimum,
            title=step.title,
            weight_s=step.duration_s or 0,
            united_with=kind.united_with,
        )
        for step in steps
        if (kind := registry.get(ActivityKind, step.kind))
    )


def facts_of(course: CoursePage, content: str = "") -> TrainingFacts:
    """What is copied into every booking."""
    return TrainingFacts(
        title=course.title,
        form=Form(course.form),
        level=Level(course.level),
        themes=tuple(Theme(theme) for theme in course.themes),
        purpose=Purpose(course.purpose),
        provider=course.provider,
        hours=course.hours,
        minutes_per_hour=course.minutes_per_hour,
        content=content,
    )


def _module(child: Any) -> dict[str, Any]:
    """A module's key, kind, ref, title and minimum, whatever its plugin stored."""
    if child.block_type == MISSING:
        kind = kind_of(str(child.value.get("type", "")))
        return {"key": child.id, "kind": kind, "ref": "", "title": kind, "minimum": Decimal(0)}
    activity = child.value["activity"]
    try:
        minimum = Decimal(str(activity["minimum"]))
    except InvalidOperation:
        minimum = Decimal(0)
    return {
        "key": child.id,
        "kind": kind_of(child.block_type),
        "ref": str(activity["ref"] or ""),
        "title": (child.value["title"] or "").strip(),
        "minimum": minimum,
    }


def _described(modules: Sequence[dict[str, Any]]) -> dict[tuple[str, str], ActivityFacts]:
    return {
        (key, ref): facts
        for key, wanted in _refs_by_kind(modules).items()
        if (kind := registry.get(ActivityKind, key))
        for ref, facts in kind.describe(wanted).items()
    }


def _refs_by_kind(modules: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    refs: dict[str, list[str]] = defaultdict(list)
    for module in modules:
        if module["ref"]:
            refs[module["kind"]].append(module["ref"])
    return refs


def _problem(module: dict[str, Any], facts: ActivityFacts | None) -> str:
    if registry.get(ActivityKind, module["kind"]) is None:
        return _("the plugin for it is not installed.")
    if not module["title"]:
        return _("a module has no title.")
    if facts is None:
        return _("nothing is chosen, or what was chosen is gone.")
    if not facts.ready:
        return facts.problem or _("it is not ready yet.")
    return ""
