"""Addresses that play a lesson, good for a while, for whoever the page has let in."""

import datetime
import uuid
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from media.api import expiry_after, key_from, sign

PREFIX = "/live/hls/"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """`live_url` plays what is on air, `replay_url` all that there is so far; pages' pictures lie at `slides_url`."""

    live_url: str
    replay_url: str
    state_url: str
    slides_url: str


def addresses_of(lesson_id: uuid.UUID, *, at: datetime.datetime) -> Addresses:
    """Where a lesson is played. The caller has asked whether the person may attend."""
    expiry_s = expiry_after(int(at.timestamp()), settings.MEDIA_LINK_HOURS)
    base = f"{PREFIX}{sign(key(), asset=lesson_id, expiry_s=expiry_s)}/"
    return Addresses(
        live_url=f"{base}live.m3u8",
        replay_url=f"{base}replay.m3u8",
        state_url=f"{base}state.json",
        slides_url=f"{base}slides/",
    )


@cache
def key() -> bytes:
    """What addresses are signed with."""
    return key_from(settings.SECRET_KEY, "live.hls")
