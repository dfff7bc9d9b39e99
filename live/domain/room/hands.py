"""Raised hands, first come first."""

import datetime
import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from live.domain.errors import Refused
from live.models.room import Hand


def up(lesson_id: uuid.UUID) -> "QuerySet[Hand]":
    """Hands that are raised now, the longest waiting first."""
    return Hand.objects.filter(lesson=lesson_id, lowered_at=None).select_related("person")


def raise_hand(*, lesson_id: uuid.UUID, person_id: int, at: datetime.datetime) -> Hand:
    """Raise one's hand; raised twice it stays where it is in the queue."""
    hand, _made = Hand.objects.get_or_create(
        lesson_id=lesson_id, person_id=person_id, lowered_at=None, defaults={"raised_at": at}
    )
    return hand


def lower_hand(*, lesson_id: uuid.UUID, person_id: int, at: datetime.datetime) -> None:
    """Lower a hand: one's own, or somebody's who has had their turn. Nothing where none is raised."""
    up(lesson_id).filter(person=person_id).update(lowered_at=at)


def call_on(*, lesson_id: uuid.UUID, person_id: int, at: datetime.datetime) -> Hand:
    """It is somebody's turn: their screen says so. Raises Refused where the hand is down by now."""
    hand = up(lesson_id).filter(person=person_id).first()
    if hand is None:
        raise Refused("hand-down", _("This hand has been lowered."))
    hand.called_at = at
    hand.save(update_fields=["called_at"])
    return hand
