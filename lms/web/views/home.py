"""The first page: a teacher's, a verifier's, a provider's, a bureau's; or the front page."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.credit.domain.standing import standing_of
from lms.credit.queries.standings import reminder_of
from lms.people import rules
from lms.web import home as parts
from lms.web.standing import shown

NOON, EVENING = 12, 18
REMINDED = datetime.timedelta(days=14)
"""For so long a reminder stands on the page, while something is owed."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this person should know and do now; whoever has several duties sees a part for each."""
    now = timezone.localtime()
    today = now.date()
    panels = parts.panels_for(request, today)
    if not request.user.is_authenticated:
        return render(request, "lms/front.html", {"panels": panels})
    person: Any = request.user
    earned = parts.earned_by(person, today)
    row = standing_of(person, now) if earned else None
    context = {
        "now": now,
        "greeting": _greeting(now.hour, person.name, teacher=rules.is_teacher(person, today)),
        "earned": earned,
        "asked": parts.asked_of(person) if earned else (),
        "in_question": parts.in_question_for(person, today),
        "stand": shown(row, today) if row else None,
        "reminder": reminder_of(person, today - REMINDED) if row and row.due else None,
        "tally": parts.tally_of(person, today),
        "next": parts.next_of(person) if earned else None,
        "waiting": parts.waiting_for(person, today),
        "workshop": parts.workshop_of(person, today),
        "region": parts.region_of(person, today),
        "panels": panels,
    }
    return render(request, "lms/home.html", context)


def _greeting(hour: int, name: str, *, teacher: bool) -> str:
    if teacher:
        name = _("%(name)s (teacher)") % {"name": name}
    if hour < NOON:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}
