"""Papers: made as authors write them, frozen when first asked."""

import pytest
from django.db import DatabaseError, connection, transaction

from assessments.domain import papers
from assessments.domain.problems import NotReady
from assessments.kinds.base import Malformed
from assessments.models import Mark, PaperVersion, Question
from tests.factories.assessments import AT, QUESTIONS, PaperFactory, begun

pytestmark = pytest.mark.django_db


def test_create_paper_stores_options_as_their_kind_parses_them() -> None:
    paper = PaperFactory()
    last = paper.questions.last()
    assert [question.kind for question in paper.questions.all()] == [one.kind for one in QUESTIONS]
    assert last.options == [
        {"key": "true", "text": "对", "right": True},
        {"key": "false", "text": "错", "right": False},
    ]
    assert papers.option_lines(last) == ["对"]


@pytest.mark.parametrize(("kind", "lines"), [("assessments.single", ["一"]), ("none.such", ["对"])])
def test_create_paper_that_is_malformed_makes_none(kind, lines) -> None:
    with pytest.raises(Malformed):
        PaperFactory(questions=[papers.NewQuestion(kind=kind, text="？", lines=lines)])
    assert not Question.objects.exists()


def test_freeze_makes_a_version_only_when_something_changed() -> None:
    paper = PaperFactory()
    first = papers.freeze(paper=paper, at=AT)
    assert papers.freeze(paper=paper, at=AT) == first
    paper.title = "改过的测验"
    paper.save()
    assert papers.freeze(paper=paper, at=AT).number == 2


def test_freeze_without_questions_is_refused() -> None:
    with pytest.raises(NotReady):
        papers.freeze(paper=PaperFactory(questions=[]), at=AT)


def test_freeze_with_a_kind_that_is_gone_is_refused() -> None:
    paper = PaperFactory()
    question = paper.questions.first()
    question.kind = "other.kind"
    question.save()
    paper.refresh_from_db()
    with pytest.raises(NotReady):
        papers.freeze(paper=paper, at=AT)


def test_editing_a_paper_changes_nothing_of_an_attempt() -> None:
    attempt = begun()
    before = attempt.version.content
    attempt.paper.title = "别的题目"
    attempt.paper.questions.all().delete()
    attempt.paper.save()
    attempt.refresh_from_db()
    assert attempt.version.content == before
    assert len(before["questions"]) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_paperversion SET number = 9",
        "DELETE FROM assessments_paperversion",
        "TRUNCATE assessments_paperversion CASCADE",
        "UPDATE assessments_mark SET amount = 1",
        "DELETE FROM assessments_mark",
        "TRUNCATE assessments_mark",
    ],
)
def test_versions_and_marks_only_grow_for_the_application(statement) -> None:
    papers.freeze(paper=PaperFactory(), at=AT)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("model", [PaperVersion, Mark])
def test_versions_and_marks_have_a_second_wall(model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (2,)
