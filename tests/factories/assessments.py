"""Factories of the quiz. A paper has one question a kind; RIGHT_LINES say what is right."""

import datetime
from collections.abc import Sequence
from typing import Any

import factory

from assessments.domain import attempts
from assessments.domain.papers import NewQuestion, create_paper
from assessments.models import Attempt, Paper
from lms.people.models import Person
from lms.testing.factories import PersonFactory, ProviderFactory

AT = datetime.datetime(2026, 5, 18, 13, 6, tzinfo=datetime.UTC)

QUESTIONS = (
    NewQuestion(
        kind="assessments.single",
        text="材料投放以什么为依据？",
        lines=["*对幼儿的观察", "教师的喜好", "材料的价格"],
        explanation="先看孩子在做什么，再决定放什么。",
    ),
    NewQuestion(
        kind="assessments.multiple",
        text="哪些属于低结构材料？",
        lines=["*沙", "*积木", "描红本"],
        explanation="低结构材料没有固定玩法。",
        points=2,
    ),
    NewQuestion(
        kind="assessments.true_false",
        text="区域活动中教师应当先观察再介入。",
        lines=["对"],
        explanation="先观察，再介入。",
        points=2,
    ),
)


class PaperFactory(factory.Factory):
    """A paper of a new provider with QUESTIONS: five points."""

    class Meta:
        model = Paper

    provider = factory.SubFactory(ProviderFactory)
    title = factory.Sequence(lambda n: f"随堂测验{n}")
    questions: Sequence[NewQuestion] = QUESTIONS

    @classmethod
    def _create(cls, model_class: type[Paper], *args: Any, **kwargs: Any) -> Paper:
        return create_paper(**kwargs)


def begun(person: Person | None = None, paper: Paper | None = None, **paper_facts: Any) -> Attempt:
    """An attempt that was begun at AT."""
    return attempts.start(
        person=person or PersonFactory(), paper=paper or PaperFactory(**paper_facts), at=AT
    )


def right_answers(attempt: Attempt) -> dict[str, list[str]]:
    """What is right, by question."""
    return {
        question["key"]: [option["key"] for option in question["options"] if option["right"]]
        for question in attempt.version.questions
    }


def wrong_answers(attempt: Attempt) -> dict[str, list[str]]:
    """One wrong option a question."""
    return {
        question["key"]: [
            next(option["key"] for option in question["options"] if not option["right"])
        ]
        for question in attempt.version.questions
    }
