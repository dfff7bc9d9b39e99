"""Claiming hours over HTTP: the form, the check, the files."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.credit import queries
from lms.credit.enums import AccountKind
from lms.credit.models.claim import Claim
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.claims import claimed, photo, upload
from lms.testing.factories import DutyFactory
from tests.lms.web.school import School, make_school, teacher_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return make_school()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(**changes: object) -> dict[str, object]:
    blank = {f"on-{row}-{name}": "" for row in (0, 2) for name in ("on", "hours", "start", "end")}
    said = {
        "title": "某平台师德公开课",
        "held_by": "某平台",
        "form": "concentrated",
        "level": "city",
        "purpose": "in_service",
        "themes": ["ethics"],
        "on-TOTAL_FORMS": "3",
        "on-INITIAL_FORMS": "0",
        "on-1-on": "2026-05-16",
        "on-1-hours": "4",
        "on-1-start": "09:00",
        "on-1-end": "12:00",
        "proofs": upload(photo()),
    }
    return blank | said | changes


def test_teacher_claims_and_verifier_accepts(school: School) -> None:
    client = client_of(school.teacher)
    assert client.get(reverse("claim-new")).status_code == 200
    answer = client.post(reverse("claim-new"), form(), follow=True)
    assert (answer.status_code, "某平台师德公开课" in answer.content.decode()) == (200, True)
    claim = Claim.objects.get()

    checker = client_of(school.verifier)
    assert str(claim.public_id) in checker.get(reverse("claims")).content.decode()
    page = checker.get(reverse("claim", args=[claim.public_id])).content.decode()
    assert "当天未获认定" in page
    part = claim.parts.get()
    checker.post(reverse("claim", args=[claim.public_id]), {"part": part.pk, "act": "accept"})
    (entry,) = queries.entries_of(school.teacher)
    assert (entry.state, entry.hours.fixed()) == (AccountKind.CONFIRMED, "4.00")
    why = client.get(reverse("hours-entry", args=[entry.id])).content.decode()
    assert reverse("claim", args=[claim.public_id]) in why


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"held_by": ""},
        {"proofs": upload(b"<svg>")},
        {"on-1-hours": "-1"},
        {"on-1-hours": "1.234"},
        {"on-1-hours": "25"},
        {"on-1-hours": "4.01"},
        {"on-1-on": "2999-01-01"},
        {"on-1-on": "x"},
        {"on-1-on": "", "on-1-hours": "", "on-1-start": "", "on-1-end": ""},
        {"on-TOTAL_FORMS": "x"},
        {"themes": ["x"]},
        {"provider": "99999"},
    ],
)
def test_bad_input_says_why_and_keeps_what_was_entered(school: School, changes) -> None:
    answer = client_of(school.teacher).post(reverse("claim-new"), form(**changes))
    page = answer.content.decode()
    assert (answer.status_code, "field__error" in page or "notice--alert" in page) == (422, True)
    assert Claim.objects.count() == 0


def test_more_rows_keeps_what_was_entered(school: School) -> None:
    answer = client_of(school.teacher).post(reverse("claim-new"), form(more="1"))
    page = answer.content.decode()
    assert (answer.status_code, "某平台师德公开课" in page, "2026-05-16" in page) == (
        200,
        True,
        True,
    )


def test_verifier_brings_a_roster_and_a_colleague_checks_it(school: School) -> None:
    mates = [teacher_at(school.school, f"同事{number}") for number in range(2)]
    data = form(people=[one.pk for one in mates], form="school")
    client_of(school.verifier).post(reverse("claim-roster"), data)
    claim = Claim.objects.get()
    address = reverse("claim", args=[claim.public_id])
    parts = [one.pk for one in claim.parts.all()]
    denied = client_of(school.verifier).post(address, {"part": parts, "act": "accept"})
    assert denied.status_code == 403

    other = teacher_at(school.school, "何静怡")
    DutyFactory(person=other, kind=DutyKind.VERIFIER, organisation=school.school)
    client_of(other).post(address, {"part": parts, "act": "accept"})
    assert [queries.balance(one).confirmed.fixed() for one in mates] == ["4.00", "4.00"]
    own = client_of(mates[0]).get(address).content.decode()
    assert ("同事0" in own, "同事1" in own) == (True, False)


@pytest.mark.parametrize("fields", [{}, {"act": "refuse"}, {"act": "x", "part": "1"}])
def test_nothing_chosen_or_no_reason_changes_nothing(school: School, fields) -> None:
    claim = claimed(school.teacher)
    part = claim.parts.get().pk
    data = {"part": part, **fields} if fields.get("act") == "refuse" else fields
    answer = client_of(school.verifier).post(reverse("claim", args=[claim.public_id]), data)
    assert (answer.status_code, queries.entries_of(school.teacher)) == (422, [])


def test_files_go_to_whom_they_concern_and_never_run(school: School) -> None:
    picture, pdf = claimed(school.teacher), claimed(school.teacher, content=b"%PDF-1.7 x")
    for claim, kind, how in (
        (picture, "image/jpeg", "inline"),
        (pdf, "application/pdf", "attachment"),
    ):
        address = reverse("claim-proof", args=[claim.public_id, claim.proofs.get().public_id])
        for person in (school.teacher, school.verifier):
            answer = client_of(person).get(address)
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
            assert answer["Content-Disposition"].startswith(how)
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert b"".join(answer.streaming_content)
        mate = teacher_at(school.school, "旁人")
        assert client_of(mate).get(address).status_code == 403


def test_names_of_another_schools_teachers_are_not_told(school: School) -> None:
    other = make_school("邻区幼儿园")
    stranger = teacher_at(other.school, "外校的人")
    claimed(stranger, content=photo(5))
    claim = claimed(school.teacher, content=photo(5), title="别的课")
    page = client_of(school.verifier).get(reverse("claim", args=[claim.public_id])).content.decode()
    assert ("外校的人" in page, "外校的一位老师" in page) == (False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_three_as_for_one(
    school: School, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        claimed(teacher_at(school.school, f"教师{number}"), content=photo(number))
    client = client_of(school.verifier)
    with django_assert_num_queries(8):
        client.get(reverse("claims"))
