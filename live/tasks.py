"""Background work: an id in, one call of the domain."""

import uuid

from django_tasks import task

from live.domain import slides


@task()
def make_slides(deck_id: str) -> None:
    """Make a deck's pages."""
    slides.make(uuid.UUID(deck_id))
