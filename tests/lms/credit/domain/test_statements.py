"""Certificates: one for confirmed hours, and whoever holds one learns whether it is genuine."""

import base64
import datetime
import io
import json
import re

import pymupdf
import pypdf
import pytest
import typst
import zxingcpp
from PIL import Image
from pylopdf_fonts_zh_cn import serif_path

from lms.credit import personal, queries
from lms.credit.core.codes import read_code
from lms.credit.core.hours import Hours
from lms.credit.domain import statements
from lms.credit.domain.confirm import confirm
from lms.credit.domain.ledger import reverse
from lms.credit.domain.statements import (
    Difference,
    Verdict,
    check,
    check_file,
    issue_certificate,
    link_of,
    render,
)
from lms.credit.errors import NotConfirmed
from lms.credit.models.statement import Certificate, CertificateFile
from lms.people.enums import DutyKind
from lms.people.models import RoleSpell
from lms.testing import credit
from lms.testing.factories import (
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    ProviderFactory,
    RoleSpellFactory,
)

pytestmark = pytest.mark.django_db
LATER = credit.AT + datetime.timedelta(days=2)
NAMES = ["阿卜杜拉·买买提", "𬱖", "欧阳䶮", "王🦊<b>#{}"]


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys" / "signing.pem")


def confirmed(name: str = "林书瑶", **facts):
    spell = RoleSpellFactory(
        person__name=name, organisation=OrganisationFactory(name="溪山区第三幼儿园")
    )
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
    entry = credit.booked(spell.person, provider=ProviderFactory(name="爱立方培训学校"), **facts)
    confirm(verifier=verifier, bookings=[entry.id], at=LATER)
    return queries.entry(entry.id)


def certificate(name: str = "林书瑶", **facts) -> Certificate:
    return issue_certificate(confirmed(name, **facts).booking, at=LATER)


def token_of(one: Certificate) -> str:
    return link_of(one).partition("?t=")[2]


def words_of(pdf: bytes) -> str:
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    return re.sub(r"\s", "", text)


def test_pending_hours_get_no_certificate() -> None:
    with pytest.raises(NotConfirmed):
        issue_certificate(credit.booked(PersonFactory()).booking, at=LATER)


def test_certificate_is_issued_once_and_genuine() -> None:
    one = certificate()
    entry = queries.entry(queries.entries_of(one.person)[0].id)
    assert issue_certificate(entry.booking, at=LATER) == one
    assert read_code(one.code.lower().replace("-", " ").replace("0", "o")) == one.code

    found = check(one.code)
    assert (found.verdict, found.signed, found.in_ledger, found.sealed) == (
        Verdict.GENUINE,
        True,
        True,
        None,
    )
    assert found.payload["person"]["name"] == "林书瑶"
    assert found.payload["hours"] == "2.00"
    assert found.payload["hash"] == entry.last.hash
    assert check(one.code, token_of(one)).sealed is True


def test_unknown_codes() -> None:
    for code in ("0000-0000-0000-0000", "", "学时证明", "x" * 5000, "7K3Q-0ZBM-9A1T-XW5U"):
        assert check(code).verdict == Verdict.UNKNOWN


def test_changed_link_says_what_differs() -> None:
    one = certificate()
    raw = base64.urlsafe_b64decode(token_of(one) + "==")
    claims = json.loads(raw[64:])
    claims[1] = "76.50"
    forged = raw[:64] + json.dumps(claims, ensure_ascii=False).encode()
    token = base64.urlsafe_b64encode(forged).decode().rstrip("=")

    found = check(one.code, token)

    assert (found.verdict, found.sealed) == (Verdict.CHANGED, False)
    assert found.differences == (Difference(field="hours", at_hand="76.50", issued="2.00"),)


@pytest.mark.parametrize("token", ["x", "é", "AAAA", "A" * 3000, "=", "%00"])
def test_garbage_tokens_are_changes(token: str) -> None:
    assert check(certificate().code, token).verdict == Verdict.CHANGED


def test_token_of_another_certificate_is_a_change() -> None:
    one, other = certificate(), certificate("周亦安")
    found = check(one.code, token_of(other))
    assert found.verdict == Verdict.CHANGED
    assert found.differences == (Difference(field="name", at_hand="周亦安", issued="林书瑶"),)


def test_row_changed_behind_our_back_is_found() -> None:
    one = certificate()
    Certificate.objects.filter(pk=one.pk).update(payload=one.payload | {"hours": "76.50"})
    found = check(one.code)
    assert (found.verdict, found.signed) == (Verdict.CHANGED, False)


def test_reversed_confirmation_revokes() -> None:
    one = certificate()
    verifier = one.transfer.by
    reverse(one.transfer, by=verifier, because="一笔记重了", at=LATER)
    found = check(one.code, token_of(one))
    assert (found.verdict, found.revoked_because) == (Verdict.REVOKED, "一笔记重了")
    with pytest.raises(NotConfirmed):
        issue_certificate(queries.entries_of(one.person)[0].booking, at=LATER)


def test_earlier_key_still_checks_out(settings) -> None:
    one = certificate()
    old_token = token_of(one)
    from pathlib import Path

    Path(settings.SIGNING_KEY_FILE).unlink()
    newer = certificate("周亦安")
    assert newer.key != one.key
    for checked in (check(one.code, old_token), check(one.code, token_of(one)), check(newer.code)):
        assert checked.verdict == Verdict.GENUINE


@pytest.mark.parametrize("name", NAMES)
def test_pdf_carries_every_name(name: str, django_assert_num_queries) -> None:
    one = certificate(name, title='#set "环境" $创设$ [x]')
    pdf = render(one)
    words = words_of(pdf)
    if "🦊" not in name:  # no font has it; it still must not break the paper
        assert f"兹证明{name}（溪山区第三幼儿园）" in words
        assert '参加“#set"环境"$创设$[x]”，经学校确认，计2.00学时（1学时=45分钟）。' in words
    assert one.code in words
    assert render(one) == pdf
    assert CertificateFile.objects.filter(certificate=one).count() == 1


def test_file_is_genuine_to_the_byte_only() -> None:
    one = certificate()
    pdf = render(one)
    assert check_file(pdf).verdict == Verdict.GENUINE
    changed = check_file(pdf + b"\n")
    assert (changed.verdict, changed.sealed, changed.payload["code"]) == (
        Verdict.CHANGED,
        False,
        one.code,
    )
    assert check_file(b"").verdict == Verdict.UNKNOWN
    assert check_file(b"%PDF-1.7 something else").verdict == Verdict.UNKNOWN


def test_rare_characters_have_glyphs() -> None:
    """Set each character alone: it must not look like the box for a missing one."""

    def picture(character: str) -> bytes:
        return typst.compile(
            f'#set page(width: 20mm, height: 20mm)\n#set text(font: ("Noto Serif SC", '
            f'"Noto Sans SC"), size: 30pt)\n{character}'.encode(),
            font_paths=[str(serif_path().parent)],
            ignore_system_fonts=True,
            format="png",
        )

    missing = picture("\U0002fa1c")
    pictures = {picture(character) for character in "𬱖䶮·吾"}
    assert len(pictures) == 4
    assert missing not in pictures


def test_personal_data_is_exported_and_erased() -> None:
    one = certificate()
    exported = json.dumps(personal.export(one.person), ensure_ascii=False)
    assert one.code in exported
    assert "media.watched" in exported
    personal.erase(one.person)
    assert check(one.code).verdict == Verdict.UNKNOWN
    assert [entry.hours.fixed() for entry in queries.entries_of(one.person)] == ["2.00"]


def test_qr_code_leads_to_the_check_page(settings) -> None:
    one = certificate("阿卜杜拉·买买提")
    pixels = pymupdf.open(stream=render(one))[0].get_pixmap(dpi=200)
    picture = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)
    # QR codes only: one row of a QR code can happen to read as a bar code of a kind that has no check digit (Codabar).
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == link_of(one)
    assert found.text.startswith(f"{settings.SITE_URL}/check/{one.code}/?t=")


def test_statement_recomputed_from_transfers_equals_the_one_issued() -> None:
    one = certificate("欧阳䶮")
    credit.booked(one.person)
    credit.declared(key=one.transfer.version.training.key, title="改了名的课程", hours=Hours(900))
    RoleSpell.objects.filter(person=one.person).update(to_on=LATER.date())
    RoleSpellFactory(person=one.person, from_on=LATER.date())

    entry = queries.entry(one.transfer.booking.public_id)

    assert statements._payload(entry, entry.confirmation, one.code, one.issued_at) == one.payload
    assert check(one.code).verdict == Verdict.GENUINE
