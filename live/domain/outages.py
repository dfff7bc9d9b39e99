"""Declaring afterwards that a room was down. The lesson is settled again with it, by the rule of `core.bridging`."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from live.domain.errors import Refused
from live.enums import Happening
from live.models.attendance import Outage
from live.models.lesson import Lesson
from lms.api.people import Person

DECLARED_WITHIN = datetime.timedelta(days=180)
"""Afterwards the presence that would be bridged may have been forgotten, a year on at the earliest."""


@transaction.atomic
def declare(
    *,
    lesson: Lesson,
    from_at: datetime.datetime,
    to_at: datetime.datetime,
    because: str,
    has_fallback: bool,
    by: Person,
    at: datetime.datetime,
) -> Outage:
    """Declare an outage of a lesson that is over, for good: the row is the audit entry. Raises Refused.

    The caller has asked whether the person may. What is outside the lesson is cut off.
    """
    # Lock before reading: two clicks in the same second declare one outage.
    Lesson.objects.select_for_update().get(pk=lesson.pk)
    happened = {event.kind: event.at for event in lesson.events.all()}
    if Happening.ENDED not in happened:
        raise Refused("not-over", _("An outage is declared once the lesson is over."))
    if at - happened[Happening.ENDED] > DECLARED_WITHIN:
        raise Refused(
            "too-old",
            _("An outage is declared within %(days)d days of its lesson.")
            % {"days": DECLARED_WITHIN.days},
        )
    start = max(from_at, happened[Happening.STARTED])
    end = min(to_at, happened[Happening.ENDED])
    if start >= end:
        raise Refused(
            "outside", _("The outage has to begin before it ends, and to lie within the lesson.")
        )
    if not because.strip():
        raise Refused("no-reason", _("Say what happened."))
    same = Outage.objects.filter(lesson=lesson, from_at__lte=start, to_at__gte=end)
    if same.filter(has_fallback__in=(has_fallback, True)).exists():
        raise Refused("declared", _("This stretch is declared already."))
    return Outage.objects.create(
        lesson=lesson,
        from_at=start,
        to_at=end,
        because=because.strip()[:300],
        has_fallback=has_fallback,
        by=by,
        at=at,
    )
