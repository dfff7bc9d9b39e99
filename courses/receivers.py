"""What happened elsewhere and matters here."""

from typing import Any

from django.utils import timezone

from courses.domain.catalogue import ensure_provider_page
from courses.domain.enrol import mark_completed
from lms.api.events import CreditEvent
from lms.api.people import Provider


def note_completion(event: CreditEvent, **_signal: Any) -> None:
    """A person's hours were booked, or none were left to book: their course is completed."""
    mark_completed(person_id=event.person_id, training_key=event.training_key, at=timezone.now())


def make_pages(provider: Provider, **_signal: Any) -> None:
    """A provider was opened: its trainers find a page to put courses under."""
    ensure_provider_page(provider)
