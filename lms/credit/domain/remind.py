"""Reminding teachers who owe hours: a row that they see on their first page, and a mail where there is an address."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.credit.core.lines import day_of
from lms.credit.domain import standing
from lms.credit.models.reminder import Reminder
from lms.credit.queries.standings import standings_at
from lms.people import queries as people

if TYPE_CHECKING:
    from lms.people.models.person import Person

OWING = Q(due__isnull=False) & (Q(owed__gt=0) | Q(owed_trainings__gt=0))


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of it: those reminded now, how many were today already, how many owe nothing."""

    sent: tuple[Reminder, ...]
    before: int
    nothing: int


@transaction.atomic
def remind(*, by: "Person", wanted: Collection[uuid.UUID], at: datetime.datetime) -> Reminded:
    """Remind these teachers (by public id) of what they owe, each once a day whoever does it.

    Who is counted at no school that `by` confirms hours at or oversees is passed over, and so is `by`.
    """
    on = day_of(at)
    schools = people.schools_in_charge_of(by, on)
    theirs = standings_at(schools).filter(person__public_id__in=wanted).exclude(person=by)
    # As it is now: nobody is reminded of what was confirmed this morning.
    standing.touch(theirs.values_list("person", flat=True), at)
    rows = list(theirs)
    owing = list(theirs.filter(OWING))
    sent = []
    for row in owing:
        reminder, is_new = Reminder.objects.get_or_create(
            person=row.person,
            on=on,
            defaults={
                "by": by,
                "at": at,
                "owed": row.owed,
                "owed_trainings": row.owed_trainings,
                "due": row.due,
            },
        )
        if is_new:
            sent.append(reminder)
    return Reminded(tuple(sent), before=len(owing) - len(sent), nothing=len(rows) - len(owing))


def send(reminder: Reminder) -> bool:
    """Mail it, in the teacher's language; False where there is no address."""
    person = reminder.person
    if not person.email or not person.is_active:
        return False
    with override(person.language or settings.LANGUAGE_CODE):
        said = {
            "name": person.name,
            "by": reminder.by.name,
            "hours": reminder.owed_hours,
            "day": date_format(reminder.due, "DATE_FORMAT"),
            "url": settings.SITE_URL,
        }
        subject = _("%(hours)s hours to go by %(day)s") % said
        text = _(
            "%(name)s, %(by)s reminds you: %(hours)s hours are to go by %(day)s. "
            "What is missing and what closes it: %(url)s/standing/"
        )
        if not reminder.owed:
            subject = _("Trainings to go by %(day)s") % said
            text = _(
                "%(name)s, %(by)s reminds you of trainings that are to go by %(day)s. "
                "What is missing and what closes it: %(url)s/standing/"
            )
        send_mail(subject, text % said, None, [person.email])
    return True
