"""Certificates: who may have the file, and what anybody may learn on the public pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.domain import checking, links, statements
from lms.credit.domain.confirm import confirm
from lms.credit.domain.reverse import reverse as take_back
from lms.credit.models.statement import Certificate
from lms.people.models import Person
from lms.testing.credit import booked
from tests.lms.web.school import School, make_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


def issued() -> tuple[School, Certificate]:
    school = make_school()
    entry = booked(school.teacher)
    confirm(verifier=school.verifier, bookings=[entry.id], at=timezone.now())
    return school, statements.issue_certificate(entry.booking, at=timezone.now())


def download(person: Person, certificate: Certificate) -> HttpResponse:
    client = Client()
    client.force_login(person)
    return client.get(reverse("certificate", args=[certificate.transfer.booking.public_id]))


def read(answer: HttpResponse) -> str:
    assert "noindex" in answer["X-Robots-Tag"]
    return answer.content.decode()


def upload(content: bytes) -> HttpResponse:
    file = SimpleUploadedFile("证明.pdf", content, content_type="application/pdf")
    return Client().post(reverse("check"), {"file": file})


def test_file_for_the_owner_and_the_schools_verifier_only() -> None:
    school, certificate = issued()
    for person in (school.teacher, school.verifier):
        answer = download(person, certificate)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = make_school("邻区幼儿园")
    for person in (other.teacher, other.verifier):
        assert download(person, certificate).status_code == 403


def test_hours_that_wait_have_no_file() -> None:
    school = make_school()
    entry = booked(school.teacher)
    client = Client()
    client.force_login(school.teacher)
    answer = client.get(reverse("certificate", args=[entry.id]), follow=True)
    assert answer.redirect_chain[0][0] == reverse("hours-entry", args=[entry.id])
    assert not Certificate.objects.exists()


def test_link_of_the_qr_code_is_genuine_and_says_what_the_paper_says() -> None:
    _school, certificate = issued()
    link = urlsplit(links.link_of(certificate))

    page = read(Client().get(f"{link.path}?{link.query}"))

    for words in ("这份证明是真的", "林书瑶", "2.00", "立足儿童视角的环境创设", certificate.code):
        assert words in page, words
    assert "138" not in page


def test_code_typed_by_hand_leads_there_and_says_that_only_the_code_was_checked() -> None:
    _school, certificate = issued()
    typed = certificate.code.lower().replace("-", " ")

    answer = Client().get(reverse("check"), {"code": typed}, follow=True)

    assert answer.redirect_chain == [(reverse("check-code", args=[certificate.code]), 302)]
    assert "只查了编号" in read(answer)


def test_changed_link_says_what_differs() -> None:
    _school, certificate = issued()
    token = parse_qs(urlsplit(links.link_of(certificate)).query)["t"][0]
    raw = links._decoded(token)
    forged = links.base64.urlsafe_b64encode(raw.replace(b"2.00", b"9.00")).decode()

    page = read(Client().get(reverse("check-code", args=[certificate.code]), {"t": forged}))

    assert "这份证明被改过" in page
    assert "<del>9.00</del>" in page


@pytest.mark.parametrize("token", ["x", "====", "é", "A" * 5000])
def test_nonsense_for_a_token_is_no_error_of_ours(token: str) -> None:
    _school, certificate = issued()
    answer = Client().get(reverse("check-code", args=[certificate.code]), {"t": token})
    assert "这份证明被改过" in read(answer)


def test_unknown_code_is_said_to_be_unknown() -> None:
    answer = Client().get(reverse("check-code", args=["0000-0000-0000-0000"]))
    assert (answer.status_code, "没有这份证明" in read(answer)) == (404, True)


def test_code_that_is_none_is_asked_for_again_with_what_was_typed() -> None:
    answer = Client().get(reverse("check"), {"code": "青禾-1"})
    assert answer.status_code == 422
    assert 'value="青禾-1"' in read(answer)


def test_file_to_the_byte_is_genuine_and_a_changed_one_is_not() -> None:
    _school, certificate = issued()
    pdf = statements.render(certificate)

    assert "文件是这里发出的" in read(upload(pdf))
    assert "没有这份证明" in read(upload(b"%PDF-1.7 something else"))


def test_too_large_or_missing_files_are_refused_in_words(monkeypatch) -> None:
    monkeypatch.setattr(checking, "LARGEST_FILE", 10)
    large = upload(b"%PDF-1.7 12345")
    assert (large.status_code, "超过 5 MB" in read(large)) == (422, True)
    missing = Client().post(reverse("check"))
    assert (missing.status_code, "没有收到文件" in read(missing)) == (422, True)


def test_taken_back_says_when_and_why() -> None:
    school, certificate = issued()
    take_back(certificate.transfer, by=school.verifier, because="一笔记重了", at=timezone.now())
    page = read(Client().get(reverse("check-code", args=[certificate.code])))
    assert "这份证明已经撤销" in page
    assert "一笔记重了" in page


def test_many_tries_are_slowed_down(settings) -> None:
    settings.PUBLIC_CHECKS_PER_MINUTE = 2
    client = Client()
    codes = [client.get(reverse("check")).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
