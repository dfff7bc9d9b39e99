"""Giving and ending duties; Wagtail's groups follow at once."""

from __future__ import annotations

import datetime

from django.db import transaction

from lms.people.domain.groups import sync_groups
from lms.people.enums import DutyKind
from lms.people.models import Duty, Organisation, Person, Provider


@transaction.atomic
def grant_duty(
    *,
    person: Person,
    kind: DutyKind,
    place: Organisation | Provider,
    from_on: datetime.date,
    on: datetime.date,
    to_on: datetime.date | None = None,
) -> Duty:
    """Give a duty from a day to a day (or for good); `on` is today. Raises ValidationError with sentences."""
    where = {"provider" if isinstance(place, Provider) else "organisation": place}
    return save_duty(Duty(person=person, kind=kind, from_on=from_on, to_on=to_on, **where), on=on)


def end_duty(*, duty: Duty, to_on: datetime.date, on: datetime.date) -> Duty:
    """End a duty with the day `to_on`; `on` is today. Raises ValidationError when that is before its first day."""
    duty.to_on = to_on
    return save_duty(duty, on=on)


@transaction.atomic
def save_duty(duty: Duty, *, on: datetime.date) -> Duty:
    """Check and store a duty, then derive the person's groups for today (`on`)."""
    duty.full_clean()
    duty.save()
    duty.person.__dict__.pop("_duties_by_day", None)
    sync_groups(duty.person, on)
    return duty
