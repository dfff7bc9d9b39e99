"""STUN and TURN servers for browsers; names for TURN are good for hours (draft-uberti-behave-turn-rest-00, coturn)."""

import base64
import datetime
import hmac
from collections.abc import Sequence
from typing import Any

GOOD_FOR = datetime.timedelta(hours=6)


def servers(
    urls: Sequence[str], secret: str, at: datetime.datetime, *, whom: int
) -> list[dict[str, Any]]:
    """In the form of RTCPeerConnection's `iceServers`; those that relay with a name made of the secret.

    `whom`: the person it is for, whose quota of the relay it then counts to.
    """
    plain = [one for one in urls if one.startswith("stun:")]
    relays = [one for one in urls if one.startswith(("turn:", "turns:"))]
    found: list[dict[str, Any]] = [{"urls": plain}] if plain else []
    if relays and secret:
        name = f"{int((at + GOOD_FOR).timestamp())}:{whom}"
        digest = hmac.digest(secret.encode(), name.encode(), "sha1")
        credential = base64.b64encode(digest).decode()
        found.append({"urls": relays, "username": name, "credential": credential})
    return found
