"""The demo's quizzes, and how its teachers answer them."""

import re

from django.urls import reverse

from assessments.domain.papers import NewQuestion, create_paper
from assessments.models import Paper
from assessments.queries import papers_by_ref
from lms.api.demo import Course, Plan, Question, Visitor
from lms.api.people import Provider

_ATTEMPT = re.compile(r'action="(?P<path>/[^"]*attempts/[0-9a-f-]{36}/)"')
_TRUE_FALSE = ("对", "错")


def load(plan: Plan) -> None:
    """A paper for each course of the plan, about its first clip; those that are there stay as they are."""
    providers = {provider.slug: provider for provider in Provider.objects.all()}
    there = set(Paper.objects.values_list("pk", flat=True))
    titles = {clip.key: clip.title for clip in plan.clips}
    for course in plan.courses:
        if course.paper_id not in there:
            _load_one(plan, course, providers[course.provider], titles[course.clips[0]])


def _load_one(plan: Plan, course: Course, provider: Provider, about: str) -> None:
    create_paper(
        public_id=course.paper_id,
        provider=provider,
        title=f"随堂测验：{about}",
        questions=[_question(one) for one in plan.questions_on(course.clips[0])],
        attempts_allowed=3,
    )


def _question(one: Question) -> NewQuestion:
    if one.kind == "true_false":
        lines = [_TRUE_FALSE[one.right[0]]]
    else:
        lines = [f"* {text}" if at in one.right else text for at, text in enumerate(one.options)]
    return NewQuestion(
        kind=f"assessments.{one.kind}", text=one.text, lines=lines, explanation=one.explanation
    )


def do(visitor: Visitor, ref: str, page: str, share: float) -> None:
    """Answer the quiz that `page` shows: with a share of 1 hand in what is right, with less only begin."""
    html = visitor.get(page)
    if reverse("assessments:start", args=[ref]) in html:
        html = visitor.post(reverse("assessments:start", args=[ref]), {"return": page})
    attempt = _ATTEMPT.search(html)
    if attempt is None or share < 1:
        return
    answers = {f"q-{key}": right for key, right in _right_answers(ref).items()}
    visitor.post(attempt["path"], answers | {"return": page})


def _right_answers(ref: str) -> dict[str, list[str]]:
    return {
        str(question.public_id): [option["key"] for option in question.options if option["right"]]
        for question in papers_by_ref([ref])[ref].questions.all()
    }
