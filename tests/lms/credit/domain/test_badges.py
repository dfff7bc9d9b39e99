"""Open Badges 3.0: what a validator that is not ours says of them."""

import base64
import json
from pathlib import Path
from typing import Any

import openbadgeslib.ob3
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from pyld import jsonld

from lms.credit import queries
from lms.credit.core.badge import did_of
from lms.credit.domain.badges import badge_of
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dismiss, dispute
from lms.credit.domain.reverse import reverse as take_back
from lms.credit.domain.statements import issue_certificate
from lms.credit.models.statement import Certificate
from lms.testing import credit
from lms.testing.factories import ProviderFactory
from tests.lms.credit.domain.test_statements import LATER
from tests.lms.web.school import make_school

pytestmark = pytest.mark.django_db
SITE = "https://xuexi.example.com:8443"
CONTEXTS = Path(openbadgeslib.ob3.__file__).parent / "contexts"


@pytest.fixture(autouse=True)
def own_site(settings, tmp_path: Path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys" / "signing.pem")
    settings.SITE_URL = SITE


def certificate() -> Certificate:
    school = make_school()
    entry = credit.booked(school.teacher, provider=ProviderFactory(name="爱立方培训学校"))
    confirm(verifier=school.verifier, bookings=[entry.id], at=LATER)
    return issue_certificate(entry.booking, at=LATER)


def fetched(url: str) -> bytes:
    """What the site answers at an address of its own."""
    assert url.startswith(f"{SITE}/")
    answer = Client().get(url.removeprefix(SITE))
    is_key = url.endswith("/.well-known/did.json")
    assert answer["Content-Type"] == ("application/did+json" if is_key else "application/vc+jwt")
    assert answer["Cache-Control"].startswith("public, max-age=")
    return answer.content


def verifier() -> OB3Verifier:
    return OB3Verifier.for_issuer_did(did_of(SITE), download=fetched)


def parts_of(token: str) -> list[Any]:
    return [
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        for part in token.split(".")[:2]
    ]


def test_accepted_by_a_validator_that_is_not_ours() -> None:
    one = certificate()
    badge = verifier().verify(badge_of(one), expected_recipient=f"urn:uuid:{one.person.public_id}")
    assert badge.issuer.id == "did:web:xuexi.example.com%3A8443"
    assert badge.achievement.name == one.payload["training"]["title"]
    assert badge.credits_earned == 2
    assert badge.id == f"{SITE}/check/{one.code}/"
    assert [who.identity_hash for who in badge.identifiers] == [one.person.name]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_changed_ones_are_refused_by_it(part: int) -> None:
    parts = badge_of(certificate()).split(".")
    middle = len(parts[part]) // 2
    letter = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + letter + parts[part][middle + 1 :]
    with pytest.raises(OB3VerificationError):
        verifier().verify(".".join(parts))


def test_more_hours_signed_by_somebody_else_are_refused(settings, tmp_path: Path) -> None:
    one = certificate()
    ours = verifier()
    settings.SIGNING_KEY_FILE = str(tmp_path / "theirs" / "signing.pem")
    with pytest.raises(OB3VerificationError):
        ours.verify(badge_of(one))


def test_earlier_key_stays_in_the_document(settings) -> None:
    before = badge_of(certificate())
    Path(settings.SIGNING_KEY_FILE).unlink()
    after = badge_of(certificate())
    assert parts_of(before)[0]["kid"] != parts_of(after)[0]["kid"]
    for token in (before, after):
        verifier().verify(token)


def test_every_word_of_it_means_something_in_json_ld() -> None:
    """No property that the contexts do not know: each survives expansion, by contexts that come with the validator."""
    _header, claims = parts_of(badge_of(certificate()))
    vc = {name: value for name, value in claims.items() if name not in {"iss", "sub", "jti", "nbf"}}
    expanded = jsonld.expand(vc, {"documentLoader": shipped, "safe": True})
    back = jsonld.compact(expanded, vc["@context"], {"documentLoader": shipped})
    assert names_in(back) == names_in(vc)


def shipped(url: str, _options: Any = None) -> dict[str, Any]:
    files = {
        "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
    }
    document = json.loads((CONTEXTS / files[url]).read_text("utf-8"))
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": document,
    }


def names_in(said: Any) -> set[str]:
    if isinstance(said, list):
        return set().union(*map(names_in, said)) if said else set()
    if isinstance(said, dict):
        return set(said).union(*map(names_in, said.values())) if said else set()
    return set()


def checked(token: str) -> None:
    """Also against the status lists, whose signatures have to be ours."""
    cache.clear()
    verifier().verify(token, check_status=True, verify_status_list=True, download=fetched)


def test_status_lists_follow_the_ledger() -> None:
    school = make_school()
    kept, other = credit.booked(school.teacher), credit.booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[kept.id, other.id], at=LATER)
    good, bad = (badge_of(issue_certificate(one.booking, at=LATER)) for one in (kept, other))
    checked(good)
    checked(bad)

    asked = {"by": school.verifier, "bookings": [other.id], "because": "查一下", "at": LATER}
    dispute(**asked)
    with pytest.raises(OB3VerificationError, match="'suspension' is set"):
        checked(bad)
    dismiss(**asked)
    checked(bad)
    back = {"by": school.verifier, "because": "看错了", "at": LATER}
    take_back(queries.entry(other.id).confirmation, **back)
    with pytest.raises(OB3VerificationError, match="'suspension' is set"):
        checked(bad)
    reject(verifier=school.verifier, bookings=[other.id], because="看错了", at=LATER)
    with pytest.raises(OB3VerificationError, match="'suspension' is set"):
        checked(bad)
    take_back(queries.entry(other.id).last, **back)
    confirm(verifier=school.verifier, bookings=[other.id], at=LATER)
    checked(bad)

    take_back(queries.entry(other.id).confirmation, **back)
    take_back(queries.entry(other.id).booking, **back)
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        checked(bad)
    for act in (
        lambda: confirm(verifier=school.verifier, bookings=[other.id], at=LATER),
        lambda: dispute(**asked),
    ):
        (outcome,) = act()
        assert outcome.problem
    checked(good)


def test_status_lists_that_are_none(client: Client) -> None:
    certificate()
    for place in ("revocation/1", "else/0", "revocation/9" + "9" * 20):
        assert client.get(f"/badges/status/{place}").status_code == 404


def test_download_is_for_whose_hours_they_are() -> None:
    one = certificate()
    url = reverse("certificate-badge", args=[one.transfer.booking.public_id])
    client = Client()
    client.force_login(one.person)
    answer = client.get(url)
    assert answer["Content-Type"] == "application/vc+jwt"
    verifier().verify(b"".join(answer.streaming_content).decode())
    client.force_login(make_school("邻区幼儿园").teacher)
    assert client.get(url).status_code == 403
