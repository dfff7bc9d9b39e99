"""A certificate as an Open Badge 3.0: an AchievementCredential (W3C Verifiable Credentials 2.0) signed as a JWT.

The JWT's payload is the credential itself with the registered claims beside it (Open Badges 3.0, 8.2.4.1).
"""

import base64
import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]

Sign = Callable[[bytes], bytes]
"""Message in, Ed25519 signature out."""


def did_of(site: str) -> str:
    """The did:web of a site's address; its document is at /.well-known/did.json below it."""
    return f"did:web:{quote(urlsplit(site).netloc, safe='')}"


def did_document(site: str, keys: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """The site's DID document with its keys (id and 32 public bytes), the one in use first."""
    did = did_of(site)
    methods = [
        {
            "id": f"{did}#{key_id}",
            "type": "JsonWebKey2020",
            "controller": did,
            "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": _encoded(public)},
        }
        for key_id, public in keys
    ]
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def credential(
    payload: Mapping[str, Any], *, words: Mapping[str, str], status: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """The credential of what a certificate states. `words`: `description` and `criteria`, for people.

    `status`: its places in the status lists.
    """
    site, training, lines = payload["site"], payload["training"], payload["lines"]
    return {
        "@context": CONTEXTS,
        "id": f"{site}/check/{payload['code']}/",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": training["title"],
        "issuer": {
            "id": did_of(site),
            "type": ["Profile"],
            "name": payload["issuer"],
            "url": site,
        },
        "validFrom": _second(payload["issued_at"]),
        "credentialSubject": {
            "id": f"urn:uuid:{payload['person']['id']}",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": payload["person"]["name"],
                    "identityType": "name",
                }
            ],
            "activityStartDate": _begin(lines[0][0]),
            "activityEndDate": _begin(lines[-1][0]),
            "creditsEarned": _number(payload["hours"]),
            "achievement": {
                "id": f"urn:qinghe:{quote(training['key'])}:{training['version']}",
                "type": ["Achievement"],
                "achievementType": "Course",
                "name": training["title"],
                "description": words["description"],
                "criteria": {"narrative": words["criteria"]},
                "creditsAvailable": _number(payload["hours"]),
                "inLanguage": "zh-CN",
                **_creator(training["provider"]),
            },
        },
        "evidence": [
            {
                "id": f"{site}/check/{payload['code']}/",
                "type": ["Evidence"],
                "name": f"SHA-256 {payload['hash']}",
            }
        ],
        "credentialStatus": [dict(entry) for entry in status],
        "credentialSchema": [SCHEMA],
    }


def jwt(vc: Mapping[str, Any], *, key_id: str, sign: Sign) -> str:
    """The credential as a compact JWT (EdDSA); `key_id` as the DID document names the key that signs."""
    claims = dict(vc) | {
        "iss": vc["issuer"]["id"],
        "sub": vc["credentialSubject"]["id"],
        "jti": vc["id"],
        "nbf": int(datetime.datetime.fromisoformat(vc["validFrom"]).timestamp()),
    }
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{vc['issuer']['id']}#{key_id}"}
    message = f"{_json(header)}.{_json(claims)}"
    return f"{message}.{_encoded(sign(message.encode()))}"


def _creator(provider: Mapping[str, Any] | None) -> dict[str, Any]:
    if not provider:
        return {}
    who = {"id": f"urn:uuid:{provider['id']}", "type": ["Profile"], "name": provider["name"]}
    return {"creator": who}


def _number(hours: str) -> int | float:
    """Whole numbers without a fraction: 2 and not 2.0."""
    value = float(hours)
    return int(value) if value.is_integer() else value


def _second(moment: str) -> str:
    return re.sub(r"\.[0-9]+\+00:00$", "Z", moment)


def _begin(day: str) -> str:
    return f"{day}T00:00:00+08:00"


def _json(said: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
