"""Whether a badge still holds, for validators of others: W3C Bitstring Status List 1.0, a list a purpose.

Every certificate has its bit, at the same place of the lists of both purposes: `suspension` while its hours do not
count, which may change, `revocation` once they never will again. A list is a credential of its own, signed like the
badges.
"""

import base64
import datetime
import gzip
from collections.abc import Iterable
from typing import Any

from lms.credit.core.badge import did_of

SIZE = 131_072
"""Bits of a list: the fewest that the specification allows, so that nobody's lookup says whose badge it is about."""
REVOCATION, SUSPENSION = "revocation", "suspension"
PURPOSES = (REVOCATION, SUSPENSION)
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


def address(site: str, purpose: str, number: int) -> str:
    """Where a list is served."""
    return f"{site}/badges/status/{purpose}/{number}"


def entries(site: str, place: int) -> list[dict[str, str]]:
    """What a badge says of its places in the lists; `place` counts through all lists from 0."""
    number, index = divmod(place, SIZE)
    return [
        {
            "id": f"{address(site, purpose, number)}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": address(site, purpose, number),
        }
        for purpose in PURPOSES
    ]


def status_list(
    site: str,
    purpose: str,
    number: int,
    *,
    places: Iterable[int],
    at: datetime.datetime,
    until: datetime.datetime,
) -> dict[str, Any]:
    """The list as a credential, unsigned; `places` (through all lists) have their bit set."""
    url = address(site, purpose, number)
    return {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": did_of(site)},
        "validFrom": _second(at),
        "validUntil": _second(until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": _encoded(place - number * SIZE for place in places),
        },
    }


def _encoded(indices: Iterable[int]) -> str:
    bits = bytearray(SIZE // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    # Without the moment in it: the same bits are the same bytes.
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _second(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
