"""Papers in Wagtail's admin: written as text, kept to their provider."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.blocks import quiz_block
from assessments.models import Paper
from lms.people.domain.groups import sync_groups
from lms.testing.factories import DutyFactory, PersonFactory, ProviderFactory
from tests.factories.assessments import PaperFactory, begun

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    sync_groups(person, timezone.localdate())
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def provider():
    return ProviderFactory()


@pytest.fixture
def trainer(provider) -> Client:
    return signed_in(DutyFactory(provider=provider).person)


def route(name: str, paper: Paper | None = None) -> str:
    return reverse(f"assessments_paper:{name}", args=[paper.pk] if paper else None)


def posted(provider, *questions: dict[str, object], **paper: object) -> dict[str, object]:
    data = {
        "title": "随堂测验",
        "provider": provider.pk,
        "attempts_allowed": 2,
        "closes_at": "",
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": 0,
        "questions-MIN_NUM_FORMS": 0,
        "questions-MAX_NUM_FORMS": 1000,
    }
    for number, question in enumerate(questions):
        full = {"explanation": "", "points": 1, "id": "", "ORDER": number + 1, "DELETE": ""}
        data |= {f"questions-{number}-{key}": value for key, value in (full | question).items()}
    return data | paper


SINGLE = {"kind": "assessments.single", "text": "一加一？", "lines": "*二\r\n三"}
TRUE = {"kind": "assessments.true_false", "text": "先观察再介入。", "lines": "对"}


def test_trainer_writes_a_paper(trainer, provider) -> None:
    answer = trainer.post(route("add"), posted(provider, SINGLE, TRUE))
    assert answer.status_code == 302
    paper = Paper.objects.get()
    assert [(one.text, one.options[0]["right"]) for one in paper.questions.all()] == [
        ("一加一？", True),
        ("先观察再介入。", True),
    ]


def test_mistakes_are_said_at_the_options(trainer, provider) -> None:
    answer = trainer.post(route("add"), posted(provider, SINGLE | {"lines": "二\n三"}))
    assert answer.status_code == 200
    assert "有且只有一个选项正确" in answer.content.decode()
    assert not Paper.objects.exists()


def test_a_paper_without_questions_is_not_saved(trainer, provider) -> None:
    assert trainer.post(route("add"), posted(provider)).status_code == 200
    assert not Paper.objects.exists()


def test_editor_shows_the_lines_again_and_saves_the_change(trainer, provider) -> None:
    trainer.post(route("add"), posted(provider, SINGLE))
    paper = Paper.objects.get()
    question = paper.questions.get()
    assert "* 二\n三" in trainer.get(route("edit", paper)).content.decode()
    changed = SINGLE | {"id": question.pk, "lines": "二\n*三"}
    data = posted(provider, changed) | {"questions-INITIAL_FORMS": 1}
    assert trainer.post(route("edit", paper), data).status_code == 302
    question.refresh_from_db()
    assert [option["right"] for option in question.options] == [False, True]


def test_a_paper_for_another_provider_is_refused(trainer, provider) -> None:
    answer = trainer.post(route("add"), posted(ProviderFactory(), SINGLE))
    assert answer.status_code == 200
    assert not Paper.objects.exists()


@pytest.mark.parametrize("name", ["edit", "delete", "history", "usage"])
def test_another_providers_paper_is_closed(trainer, name) -> None:
    theirs = PaperFactory()
    for method in (trainer.get, trainer.post):
        assert method(route(name, theirs)).status_code in {302, 403, 404, 405}
    assert "随堂测验" not in trainer.get(route("edit", theirs), follow=True).content.decode()
    assert Paper.objects.filter(pk=theirs.pk).exists()


def test_lists_hold_own_papers_only_and_ask_the_same(
    trainer, provider, django_assert_num_queries
) -> None:
    PaperFactory(title="邻家测验")
    chooser = reverse("assessments_paper_chooser:choose")
    for address in (route("index"), chooser):
        trainer.get(address)
    counts = []
    for number in (1, 2):
        PaperFactory.create_batch(number, provider=provider, title="自家测验")
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as asked:
            html = trainer.get(route("index")).content.decode()
        counts.append(len(asked))
        assert "邻家测验" not in html
        assert "邻家测验" not in trainer.get(chooser).content.decode()
    assert counts[0] == counts[1]


def test_chooser_gives_own_papers_by_their_public_id(trainer, provider) -> None:
    own, theirs = PaperFactory(provider=provider), PaperFactory()
    chosen = [
        trainer.get(reverse("assessments_paper_chooser:chosen", args=[one.pk]))
        for one in (own, theirs)
    ]
    assert [answer.status_code for answer in chosen] == [200, 404]
    assert chosen[0].json()["result"]["id"] == str(own.pk)


def test_a_duty_that_ended_closes_the_papers(provider) -> None:
    person = PersonFactory()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    DutyFactory(person=person, provider=provider, to_on=yesterday)
    paper = PaperFactory(provider=provider)
    assert signed_in(person).get(route("edit", paper)).status_code in {302, 403}


def test_deleting_a_paper_that_was_sat_is_refused(trainer, provider) -> None:
    attempt = begun(None, PaperFactory(provider=provider))
    answer = trainer.post(route("delete", attempt.paper))
    assert answer.status_code < 500
    assert Paper.objects.filter(pk=attempt.paper_id).exists()


def test_block_keeps_the_id_as_text_and_the_score_as_a_fraction() -> None:
    paper = PaperFactory()
    block = quiz_block()
    value = block.clean(
        block.value_from_datadict({"x-ref": str(paper.pk), "x-minimum": "60"}, {}, "x")
    )
    assert block.get_prep_value(value) == {"ref": str(paper.pk), "minimum": "0.6"}
    again = block.to_python({"ref": str(paper.pk), "minimum": "0.655"})
    state = block.get_form_state(again)
    assert (state["ref"]["id"], state["minimum"]) == (str(paper.pk), "65.5")
    assert block.get_form_state(block.to_python({"ref": "gone", "minimum": None}))["ref"] is None


@pytest.mark.parametrize(
    ("ref", "minimum"),
    [
        ("", "60"),
        ("garbage", "60"),
        (None, "0"),
        (None, "101"),
        (None, "x"),
        (None, "NaN"),
        (None, "60.55"),
    ],
)
def test_block_refuses_what_is_no_quiz_or_no_score(ref, minimum) -> None:
    from django.core.exceptions import ValidationError

    block = quiz_block()
    data = {"x-ref": str(PaperFactory().pk) if ref is None else ref, "x-minimum": minimum}
    with pytest.raises(ValidationError):
        block.clean(block.value_from_datadict(data, {}, "x"))
