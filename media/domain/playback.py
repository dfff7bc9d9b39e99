"""Playing: addresses that are good for a while, for whoever the page has let in."""

import datetime
import uuid
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse

from lms.api.people import Person
from media.core import playlists, tokens
from media.models.assets import Asset

PREFIX = "/media/hls/"


@dataclass(frozen=True, kw_only=True)
class Playback:
    """Where a video is played from, and until when these addresses are good."""

    master_url: str
    poster_url: str
    expires_at: datetime.datetime


def playback_for(asset: Asset, *, at: datetime.datetime) -> Playback:
    """Addresses of a playable video. The caller has asked whether the person may use it."""
    expiry_s = tokens.expiry_after(int(at.timestamp()), settings.MEDIA_LINK_HOURS)
    token = tokens.sign(key(), asset=asset.public_id, expiry_s=expiry_s)
    base = f"{PREFIX}{token}/{asset.build}/"
    return Playback(
        master_url=f"{base}{playlists.MASTER_NAME}",
        poster_url=f"{base}{playlists.POSTER_NAME}",
        expires_at=datetime.datetime.fromtimestamp(expiry_s, tz=datetime.UTC),
    )


def report_url(asset: Asset, person: Person, *, at: datetime.datetime) -> str:
    """Where a player reports to. Carries the answer to "may they?", as the addresses of segments do.

    Asking the plugins again for each of a million reports would answer the same at several times the price.
    """
    expiry_s = tokens.expiry_after(int(at.timestamp()), settings.MEDIA_LINK_HOURS)
    token = tokens.leave(key(), person=person.public_id, asset=asset.public_id, expiry_s=expiry_s)
    return f"{reverse('media:report', args=[asset.public_id])}?leave={token}"


def has_leave(token: str, person: Person, asset_id: uuid.UUID, *, at: datetime.datetime) -> bool:
    """Whether a page let this person in to this video not long ago."""
    return tokens.is_leave(
        key(), token, person=person.public_id, asset=asset_id, now_s=at.timestamp()
    )


@cache
def key() -> bytes:
    """What addresses are signed with."""
    return tokens.key_from(settings.SECRET_KEY)
