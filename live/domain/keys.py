"""Keys of lessons for OBS and its like: made, shown once, asked for before any picture is taken."""

import datetime
import hashlib
import hmac
import re
import secrets
import uuid

from django.utils.translation import gettext as _

from live import rules
from live.domain import lessons
from live.domain.errors import Refused
from live.enums import LessonState
from live.models.ingest import IngestKey
from live.models.lesson import Lesson
from lms.api.people import Person

SECRET_BYTES = 16
GOOD_AFTER = datetime.timedelta(hours=12)
"""A key outlives the planned end by so much: a lesson may begin late and go on for long."""
_OVER = (LessonState.ENDED, LessonState.CANCELLED)
_NAME = re.compile(r"(?P<lesson>[0-9a-f]{32})-(?P<secret>[0-9a-f]{32})")


def make_key(*, lesson: Lesson, by: Person, at: datetime.datetime) -> tuple[IngestKey, str]:
    """A new key in place of any older one, and its name, which cannot be had again. The caller has asked who may.

    Raises Refused where the lesson has ended.
    """
    if lesson.state in _OVER:
        raise lessons.over(lesson)
    secret = secrets.token_hex(SECRET_BYTES)
    planned_end = lesson.starts_at + datetime.timedelta(minutes=lesson.planned_minutes)
    key = IngestKey.objects.create(
        lesson=lesson,
        digest=_digest(secret),
        by=by,
        made_at=at,
        expires_at=max(planned_end, at) + GOOD_AFTER,
    )
    return key, f"{lesson.pk.hex}-{secret}"


def key_named(name: str, *, at: datetime.datetime) -> IngestKey:
    """The key of a stream's name. Raises Refused: unknown or replaced, expired, the lesson over, the person out."""
    match = _NAME.fullmatch(name)
    key = match and _newest(uuid.UUID(match["lesson"]))
    if not match or not key or not hmac.compare_digest(key.digest, _digest(match["secret"])):
        raise Refused(
            "wrong-key",
            _("This key is not valid. Copy it anew from the studio of the lesson."),
            close=4403,
        )
    if key.expires_at <= at:
        raise Refused(
            "key-expired",
            _("This key has expired. Make a new one in the studio of the lesson."),
            close=4403,
        )
    if key.lesson.state in _OVER:
        raise lessons.over(key.lesson)
    if not rules.may_broadcast(key.by, key.lesson, at.date()):
        raise lessons.not_yours()
    return key


def check_still_good(key: IngestKey, *, at: datetime.datetime) -> None:
    """Raise Refused where the key was replaced or has expired since."""
    newest = _newest(key.lesson_id)
    if newest != key or key.expires_at <= at:
        raise Refused("key-expired", _("This key has been replaced or has expired."), close=4403)


def _newest(lesson_id: uuid.UUID) -> IngestKey | None:
    keys = IngestKey.objects.filter(lesson=lesson_id).select_related("lesson__provider", "by")
    return keys.order_by("pk").last()


def _digest(secret: str) -> str:
    # 128 random bits: nothing to guess, and so nothing to slow down.
    return hashlib.sha256(secret.encode()).hexdigest()
