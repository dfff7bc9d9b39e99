"""Sign-ins at the moments that chance drew: asked when they are due, and told to the room."""

import datetime

from django.db import transaction

from live.domain import lines
from live.domain.room import signins, state


def ask_due(at: datetime.datetime) -> None:
    """Ask what is due by now in all lessons, and tell their rooms."""
    with transaction.atomic():
        for prompt in signins.ask_due(at):
            lines.tell(prompt.lesson_id, state.asked(prompt), at=at)
