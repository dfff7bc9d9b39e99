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
from lms.credit.core import papers
from lms.credit.core.checkpoint import write_file
from lms.credit.core.codes import read_code
from lms.credit.core.hours import Hours
from lms.credit.core.sealed import check as offline
from lms.credit.domain.checking import Verdict, check, check_file
from lms.credit.domain.checkpoints import checkpoint_file, make_checkpoint
from lms.credit.domain.confirm import confirm
from lms.credit.domain.links import Difference, link_of
from lms.credit.domain.reverse import reverse
from lms.credit.domain.statements import (
    file_of,
    issue_certificate,
    issue_statement,
    render,
)
from lms.credit.enums import CheckpointKind
from lms.credit.errors import BadPeriod, NotConfirmed, NothingToState
from lms.credit.models.statement import Certificate, CertificateFile
from lms.credit.queries.papers import links_in
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
# Bookings, their transfers, lines and postings, the school, the paper's row.
QUERIES = 6
# Transfers, lines and postings, the checkpoint, its origin.
FILE_QUERIES = 5
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
    assert (found.verdict, [one.because for one in found.revocations]) == (
        Verdict.REVOKED,
        ["一笔记重了"],
    )
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
    assert CertificateFile.objects.filter(paper=one).count() == 1


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

    found = links_in([one.transfer.booking.public_id]).values()
    stated = papers.certificate(papers.Told(link.facts, link.hash) for link in found)

    assert stated.items() <= one.payload.items()
    assert check(one.code).verdict == Verdict.GENUINE


class TestStatement:
    """A person's hours of a period, whatever became of them."""

    FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
    KNOWN = LATER.date() + datetime.timedelta(days=10)
    NOW = LATER + datetime.timedelta(days=20)

    def issue(self, person, **changes):
        said = {"first": self.FIRST, "last": self.LAST, "known_on": self.KNOWN, "at": self.NOW}
        return issue_statement(person, **said | changes)

    def test_lines_with_state_and_sums(self) -> None:
        entry = confirmed()
        person = entry.booking.person
        waiting = credit.booked(person, hours=Hours(50), title="幼儿园安全")
        issued = self.issue(person)
        assert issued.payload["totals"] == {"pending": "0.50", "confirmed": "2.00"}
        bookings = [one["booking"] for one in issued.payload["entries"]]
        assert bookings == [str(entry.id), str(waiting.id)]
        assert issued.payload["school"] == "溪山区第三幼儿园"
        assert check(issued.code, token_of(issued)).verdict == Verdict.GENUINE
        assert offline(file_of(issued)).verdict == "genuine"

    def test_as_known_before_the_school_had_spoken(self) -> None:
        entry = confirmed()
        issued = self.issue(entry.booking.person, known_on=credit.AT.date())
        assert issued.payload["totals"] == {"pending": "2.00"}
        assert offline(file_of(issued)).verdict == "genuine"

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"first": LAST, "last": FIRST}, BadPeriod),
            ({"first": datetime.date(1999, 1, 1)}, BadPeriod),
            ({"last": datetime.date(2200, 1, 1)}, BadPeriod),
            ({"known_on": datetime.date(2027, 1, 1)}, BadPeriod),
            ({"known_on": datetime.date(1990, 1, 1)}, BadPeriod),
            ({"known_on": datetime.date(2026, 1, 1)}, NothingToState),
            ({"last": FIRST}, NothingToState),
        ],
    )
    def test_periods_that_cannot_be(self, changes, error) -> None:
        with pytest.raises(error):
            self.issue(confirmed().booking.person, **changes)

    def test_long_ones_go_over_pages_and_carry_their_file(self) -> None:
        person = confirmed().booking.person
        for number in range(40):
            credit.booked(person, title=f"第{number}次培训“师德师风”")
        issued = self.issue(person)
        pdf = render(issued)
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        assert len(reader.pages) > 1
        words = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
        # The table's head stands on every page that it goes on to.
        assert all("日期培训" in page for page in words[:-1])
        assert "第39次培训" in "".join(words)
        assert list(reader.attachments) == [f"qinghe-{issued.code}.json"]
        assert reader.attachments[f"qinghe-{issued.code}.json"] == [file_of(issued)]
        assert offline(pdf).payload == issued.payload
        assert check_file(pdf).verdict == Verdict.GENUINE

    def test_hours_taken_back_since(self) -> None:
        entry = confirmed()
        person = entry.booking.person
        issued = self.issue(person)
        reverse(entry.last, by=entry.last.by, because="一笔记重了", at=self.NOW)
        found = check(issued.code)
        assert (found.verdict, found.revocations[0].because) == (Verdict.REVOKED, "一笔记重了")
        assert self.issue(person, known_on=self.NOW.date()).payload["totals"] == {"pending": "2.00"}
        assert offline(file_of(issued)).verdict == "genuine"

    def test_erased_with_the_person_and_part_of_their_data(self) -> None:
        issued = self.issue(confirmed().booking.person)
        assert personal.export(issued.person)["statements"] == [issued.payload]
        personal.erase(issued.person)
        assert check(issued.code).verdict == Verdict.UNKNOWN

    def test_issuing_takes_as_many_queries_for_three_as_for_one(
        self, django_assert_num_queries
    ) -> None:
        for more in (0, 2):
            person = confirmed().booking.person
            for _ in range(more):
                credit.booked(person)
            with django_assert_num_queries(QUERIES):
                issued = self.issue(person)
            with django_assert_num_queries(FILE_QUERIES):
                file_of(issued)


class TestCheckpointed:
    """Papers carry their proofs once there is a checkpoint that holds them."""

    @pytest.fixture(autouse=True)
    def checkpointed(self) -> None:
        self.entry = confirmed()
        self.certificate = issue_certificate(self.entry.booking, at=LATER)
        self.before = file_of(self.certificate)
        make_checkpoint(kind=CheckpointKind.DAILY, at=LATER)

    def test_file_carries_the_proof(self) -> None:
        assert offline(self.before).notes[0] == "not-in-checkpoint"
        assert offline(file_of(self.certificate)).notes[0] == "in-checkpoint"
        assert offline(render(self.certificate)).notes[0] == "in-checkpoint"
        assert check(self.certificate.code).checkpoint.size == 2
        assert check_file(self.before).verdict == Verdict.GENUINE

    def test_json_that_was_changed_is_told_online_too(self) -> None:
        said = json.loads(file_of(self.certificate))
        said["payload"]["hours"] = "76.50"
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert check_file(text.encode()).verdict == Verdict.CHANGED

    def test_revocation_is_told_by_a_newer_checkpoint_alone(self) -> None:
        file = file_of(self.certificate)
        reverse(self.entry.last, by=self.entry.last.by, because="一笔记重了", at=LATER)
        later = make_checkpoint(kind=CheckpointKind.DAILY, at=LATER)
        newer = write_file(checkpoint_file(later))
        assert offline(file, newer=newer).verdict == "revoked"
        assert offline(self.before, newer=newer).verdict == "revoked"
        other = credit.booked(self.entry.booking.person)
        assert other
        still = write_file(checkpoint_file(make_checkpoint(kind=CheckpointKind.DAILY, at=LATER)))
        assert offline(file, newer=still).verdict == "revoked"

    def test_still_counts_in_a_newer_checkpoint(self) -> None:
        credit.booked(self.entry.booking.person)
        newer = write_file(checkpoint_file(make_checkpoint(kind=CheckpointKind.DAILY, at=LATER)))
        report = offline(file_of(self.certificate), newer=newer)
        assert (report.verdict, report.notes[-1]) == ("genuine", "not-revoked")
        assert offline(self.before, newer=newer).verdict == "genuine"
