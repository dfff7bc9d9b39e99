"""The quiz's pages and routes, from outside."""

import datetime
import json
import uuid
from decimal import Decimal

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from assessments import activity
from assessments.domain import attempts
from assessments.models import Attempt, Mark
from lms.api.hooks import StepPlace, SubjectAccess
from lms.plugins.registry import registry
from lms.testing.factories import DutyFactory, PersonFactory
from tests.factories.assessments import QUESTIONS, PaperFactory, begun, right_answers, wrong_answers

pytestmark = pytest.mark.django_db

HERE = "/courses/one/steps/quiz/"


@pytest.fixture(autouse=True)
def everybody_is_enrolled(monkeypatch):
    """Stands in for the course that asks the paper: gives access to every paper but those in `closed_to_all`."""
    closed_to_all = set()
    access = SubjectAccess(
        key="test.access", may_use=lambda _person, subject: subject not in closed_to_all
    )
    monkeypatch.setitem(registry._by_class[SubjectAccess], access.key, access)
    return closed_to_all


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def client(person) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def url(name: str, attempt: Attempt) -> str:
    return reverse(f"assessments:{name}", args=[attempt.pk])


def form(answers: dict[str, list[str]]) -> dict[str, object]:
    return {f"q-{key}": chosen for key, chosen in answers.items()} | {"return": HERE}


def save(client: Client, attempt: Attempt, body: object):
    raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(url("save", attempt), raw, content_type="application/json")


def secrets(html: str) -> set[str]:
    """Explanations that stand in a page, and marks of what is right."""
    words = [question.explanation for question in QUESTIONS]
    return {word for word in [*words, "choice--right", '"right"', "data-right"] if word in html}


def test_start_leads_back_to_the_course(client, person) -> None:
    paper = PaperFactory()
    answer = client.post(reverse("assessments:start", args=[paper.pk]), {"return": HERE})
    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}#quiz")
    assert Attempt.objects.get().person == person


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", ""]
)
def test_start_leads_to_no_other_site(client, target) -> None:
    paper = PaperFactory()
    answer = client.post(reverse("assessments:start", args=[paper.pk]), {"return": target})
    assert answer["Location"] == f"{Attempt.objects.get().get_absolute_url()}#quiz"


def test_questions_come_without_what_is_right(client, person) -> None:
    attempt = begun(person)
    html = client.get(url("attempt", attempt)).content.decode()
    assert html.count("<fieldset") == 3
    assert html.count('type="radio"') == 5
    assert html.count('type="checkbox"') == 3
    assert secrets(html) == set()


def test_right_answers_stay_away_while_another_try_is_open(client, person) -> None:
    attempt = begun(person, attempts_allowed=2)
    client.post(url("attempt", attempt), form(wrong_answers(attempt)))
    html = client.get(url("attempt", attempt)).content.decode()
    assert "choice--right" not in html
    assert QUESTIONS[0].explanation in html


def test_handing_in_leads_back_and_shows_the_result(client, person) -> None:
    attempt = begun(person)
    answer = client.post(url("attempt", attempt), form(right_answers(attempt)))
    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}#quiz")
    html = client.get(url("attempt", attempt)).content.decode()
    assert html.count("choice--right") == 4
    assert "100" in html


def test_handing_in_with_gaps_keeps_the_answers(client, person) -> None:
    attempt = begun(person)
    first = attempt.version.questions[0]["key"]
    answer = client.post(url("attempt", attempt), form({first: ["b"]}))
    html = answer.content.decode()
    assert (answer.status_code, html.count(" checked"), html.count("missing-")) == (422, 1, 4)
    assert HERE in html
    assert secrets(html) == set()
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [
        {"q-nonsense": "a"},
        {f"q-{uuid.uuid4()}": "a"},
        {"q-": ""},
        {"q-\x00": "\x00"},
    ],
)
def test_handing_in_what_the_paper_does_not_ask_is_refused(client, person, answers) -> None:
    attempt = begun(person)
    saved = right_answers(attempt)
    save(client, attempt, {"answers": saved})
    answer = client.post(url("attempt", attempt), form(saved) | answers)
    attempt.refresh_from_db()
    assert (answer.status_code, attempt.answers) == (400, saved)
    assert not Mark.objects.exists()


def test_handing_in_unknown_option_is_refused_in_words(client, person) -> None:
    attempt = begun(person)
    first = attempt.version.questions[0]["key"]
    answer = client.post(url("attempt", attempt), form(right_answers(attempt) | {first: ["z"]}))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Mark.objects.exists()


def test_handing_in_twice_is_the_same_result_and_other_answers_are_refused(client, person) -> None:
    attempt = begun(person)
    answers = form(right_answers(attempt))
    assert [client.post(url("attempt", attempt), answers).status_code for _ in "12"] == [303, 303]
    other = client.post(url("attempt", attempt), form(wrong_answers(attempt)))
    assert (other.status_code, Mark.objects.get().amount) == (409, 1)
    assert "100" in other.content.decode()


def test_after_closing_is_refused_in_words(client, person) -> None:
    attempt = begun(person, closes_at=timezone.now() + datetime.timedelta(hours=1))
    saved = right_answers(attempt)
    save(client, attempt, {"answers": saved})
    attempt.paper.closes_at = timezone.now()
    attempt.paper.save()
    answer = client.post(url("attempt", attempt), form(saved))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()
    assert save(client, attempt, {"answers": {}}).json()["error"] == "closed"
    assert client.post(reverse("assessments:start", args=[attempt.paper_id])).status_code == 409
    attempt.refresh_from_db()
    assert attempt.answers == saved
    assert not Mark.objects.exists()


def test_no_attempts_left_is_said(client, person) -> None:
    attempt = begun(person, attempts_allowed=1)
    client.post(url("attempt", attempt), form(wrong_answers(attempt)))
    answer = client.post(reverse("assessments:start", args=[attempt.paper_id]))
    assert (answer.status_code, Attempt.objects.count()) == (409, 1)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["attempt", "save"])
def test_another_persons_attempt_is_not_found(client, name, method) -> None:
    theirs = begun(PersonFactory())
    answer = getattr(client, method)(url(name, theirs), form(right_answers(theirs)))
    expected = 405 if (name, method) == ("save", "get") else 404
    assert (answer.status_code, Mark.objects.count()) == (expected, 0)


def test_another_attempts_questions_are_refused(client, person) -> None:
    mine, other = begun(person), begun(person)
    answer = client.post(url("attempt", mine), form(right_answers(other)))
    assert (answer.status_code, Mark.objects.count()) == (400, 0)


def test_without_access_nothing_goes(client, person, everybody_is_enrolled) -> None:
    attempt = begun(person)
    everybody_is_enrolled.add(attempt.paper.subject)
    codes = [
        client.get(url("attempt", attempt)).status_code,
        client.post(url("attempt", attempt), form(right_answers(attempt))).status_code,
        save(client, attempt, {"answers": {}}).status_code,
        client.post(reverse("assessments:start", args=[attempt.paper_id])).status_code,
    ]
    assert codes == [403, 403, 403, 403]
    assert not Mark.objects.exists()


@pytest.mark.parametrize("name", ["attempt", "save", "start"])
def test_signed_out_gets_no_quiz(name, person) -> None:
    attempt = begun(person)
    target = attempt.paper_id if name == "start" else attempt.pk
    answer = Client().post(reverse(f"assessments:{name}", args=[target]))
    assert answer.status_code in {302, 401, 403}


def test_saving_keeps_choices_for_the_next_visit(client, person) -> None:
    attempt = begun(person)
    first = attempt.version.questions[0]["key"]
    assert save(client, attempt, {"answers": {first: ["b"]}}).status_code == 200
    html = client.get(url("attempt", attempt)).content.decode()
    assert html.count(" checked") == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"x"',
        "{}",
        '{"answers": []}',
        '{"answers": null}',
        '{"answers": {"x": "a"}}',
        '{"answers": {"x": [1]}}',
        '{"answers": {"x": [null]}}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"answers": {"\\u0000": ["\\ud800"]}}',
    ],
)
def test_saving_garbage_is_refused_in_words(client, person, body) -> None:
    attempt = begun(person)
    answer = save(client, attempt, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "unknown-answer")
    attempt.refresh_from_db()
    assert attempt.answers == {}


def test_saving_ten_megabytes_is_refused(client, person) -> None:
    attempt = begun(person)
    client.raise_request_exception = False
    assert save(client, attempt, b"x" * 10_000_000).status_code in {400, 413}


def place(minimum: str = "0.6") -> StepPlace:
    return StepPlace(
        course_title="环境创设",
        step_key="s2",
        step_title="随堂测验",
        number=2,
        count=2,
        minimum=Decimal(minimum),
        back_url="/courses/one/",
        next_url="/courses/one/steps/next/",
    )


def shown(person, paper, minimum: str = "0.6") -> str:
    """The activity as a course's page renders it."""
    from django.template.loader import render_to_string

    request = RequestFactory().get(HERE)
    request.user = person
    made = activity.present(request, str(paper.pk), place(minimum))
    return render_to_string(made.template, made.context, request)


def test_present_before_beginning(person) -> None:
    html = shown(person, PaperFactory(attempts_allowed=3))
    assert "assessments/papers/" in html
    assert "<fieldset" not in html
    assert secrets(html) == set()


def test_present_says_what_is_missing_and_offers_another_try(person) -> None:
    paper = PaperFactory(attempts_allowed=2)
    attempt = begun(person, paper)
    right, wrong = right_answers(attempt), wrong_answers(attempt)
    last = attempt.version.questions[2]["key"]
    attempts.submit(attempt=attempt, answers=right | {last: wrong[last]}, at=timezone.now())
    html = shown(person, paper, "0.8")
    assert "还差 20 分及格" in html
    assert "再试一次" in html
    assert "choice--right" not in html
    html = shown(person, paper, "0.6")
    assert "已通过" in html
    assert "/courses/one/steps/next/" in html
    assert "再试一次" not in html


def test_present_is_constant_in_questions(person, django_assert_num_queries) -> None:
    for count in (1, 3):
        attempt = begun(person, PaperFactory(questions=QUESTIONS[:count]))
        with django_assert_num_queries(3):
            shown(person, attempt.paper)


def test_describe_and_progress_are_constant_in_papers(person, django_assert_num_queries) -> None:
    for count in (1, 3):
        found = [begun(person) for _ in range(count)]
        for attempt in found:
            attempts.submit(attempt=attempt, answers=right_answers(attempt), at=timezone.now())
        refs = [str(attempt.paper_id) for attempt in found]
        with django_assert_num_queries(2):
            facts = activity.describe(refs)
        with django_assert_num_queries(1):
            reached = activity.progress(person, refs)
        assert [facts[ref].title for ref in refs] == [one.paper.title for one in found]
        assert [reached[ref].fraction for ref in refs] == [1] * count


def test_describe_says_what_is_wrong(person) -> None:
    empty = PaperFactory(questions=[])
    refs = [str(empty.pk), str(uuid.uuid4()), "garbage"]
    facts = activity.describe(refs)
    assert [(one.ready, bool(one.problem)) for one in facts.values()] == [(False, True)] * 3
    assert [one.fraction for one in activity.progress(person, refs).values()] == [0, 0, 0]


def test_trainer_may_try_own_papers_only(everybody_is_enrolled) -> None:
    from lms.api.permissions import may_use

    paper, other = PaperFactory(), PaperFactory()
    everybody_is_enrolled |= {paper.subject, other.subject}
    trainer = DutyFactory(provider=paper.provider).person
    assert [may_use(trainer, one.subject) for one in (paper, other)] == [True, False]
