"""Servers by which browsers find each other, and names for relays that run out."""

import datetime

from live.core.ice import servers

AT = datetime.datetime.fromtimestamp(1_800_000_000, datetime.UTC)
STUN, TURN, TURNS = "stun:a.example:3478", "turn:a.example:3478", "turns:a.example:5349"


def test_relay_is_told_a_name_for_hours_signed_by_the_secret_it_shares() -> None:
    assert servers([STUN, TURN, TURNS, "http://else"], "shared", AT, whom=7) == [
        {"urls": [STUN]},
        {
            "urls": [TURN, TURNS],
            # printf %s 1800021600:7 | openssl dgst -sha1 -hmac shared -binary | base64
            "username": "1800021600:7",
            "credential": "XLsFQ23jOsJSS7xWHfQosrBo6uc=",
        },
    ]


def test_without_a_secret_no_relay_is_named() -> None:
    assert servers([STUN, TURN], "", AT, whom=7) == [{"urls": [STUN]}]
    assert servers([], "shared", AT, whom=7) == []
