"""Background work: an id in, one call of the domain."""

import uuid

from django_tasks import task

from live.domain import notices, slides
from live.models.notice import Notice


@task()
def make_slides(deck_id: str) -> None:
    """Make a deck's pages."""
    slides.make(uuid.UUID(deck_id))


@task()
def send_notice(notice_id: int) -> None:
    """Send a notice about a lesson."""
    notices.send(Notice.objects.select_related("lesson__trainer").get(pk=notice_id))
