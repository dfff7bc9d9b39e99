"""A lesson in words: when it is, and what completes it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from live.enums import AttendanceState
from lms.api.dates import weekday

if TYPE_CHECKING:
    from live.models.lesson import Lesson


def lesson_line(lesson: Lesson) -> str:
    """Title, when and how long on one line."""
    return _("%(title)s · %(starts)s · %(minutes)d min") % {
        "title": lesson.title,
        "starts": when(lesson.starts_at),
        "minutes": lesson.planned_minutes,
    }


def notice(lesson: Lesson) -> str:
    """For a course's list of modules: when it is and what it asks for; {share} is the module's to fill in."""
    return _("Live on %(starts)s, be there for {share}, answer %(answers)d%% of the sign-ins") % {
        "starts": when(lesson.starts_at),
        "answers": lesson.answer_at * 100,
    }


def rule(lesson: Lesson, share: Decimal) -> list[str]:
    """What completes the lesson, in sentences."""
    sentences = [
        _("Be there for %(percent)d%% of the lesson; what you miss you can make up in the replay.")
        % {"percent": share * 100}
    ]
    if lesson.answer_at:
        sentences.append(
            _(
                "Answer at least %(percent)d%% of the sign-ins, else only the replay counts. Where none is asked, "
                "none is needed."
            )
            % {"percent": lesson.answer_at * 100}
        )
    sentences.append(
        _(
            "Whoever comes more than %(minutes)d minutes after the start is noted as late; it costs nothing."
        )
        % {"minutes": lesson.join_by_s // 60}
    )
    return sentences


def came_to(state: str, replay_s: int) -> str:
    """What a lesson came to for somebody; `replay_s`: seconds of its replay that they watched."""
    if replay_s and state == AttendanceState.ABSENT:
        return _("Replay only")
    return str(AttendanceState(state).label)


def how_soon(lesson: Lesson, today: datetime.date) -> str:
    """How many days are left before a lesson that has not begun."""
    days = (timezone.localdate(lesson.starts_at) - today).days
    if days <= 0:
        return pgettext("when a lesson is", "today")
    if days == 1:
        return pgettext("when a lesson is", "tomorrow")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def when(at: datetime.datetime) -> str:
    """When a lesson begins, the same wherever it is said: 2026-11-29 周日 19:30."""
    local = timezone.localtime(at)
    return f"{local:%Y-%m-%d} {weekday(local)} {local:%H:%M}"
