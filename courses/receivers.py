"""What happened elsewhere and matters here."""

from typing import Any

from django.utils import timezone

from courses.domain.enrol import mark_booked
from lms.api.events import CreditEvent


def note_booking(event: CreditEvent, **_signal: Any) -> None:
    """A person's hours were booked: their course is completed."""
    mark_booked(person_id=event.person_id, training_key=event.training_key, at=timezone.now())
