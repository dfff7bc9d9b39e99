"""Playing: addresses that are good for a while, for whoever the page has let in."""

import datetime
from dataclasses import dataclass

from django.conf import settings

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


def key() -> bytes:
    """What addresses are signed with."""
    return tokens.key_from(settings.SECRET_KEY)
