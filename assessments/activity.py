"""The quiz as an activity of a course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import pages, queries, rules
from assessments.core.marking import out_of_hundred
from assessments.domain.papers import problem_of
from assessments.models import subject_of
from lms.api.hooks import Activity, ActivityFacts, Progress, StepPlace

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.models import Attempt, Paper
    from lms.api.people import Person

QUESTION_S = 120
"""Study time allowed for a question, in seconds: reading, answering, and what the explanation says (decision 013)."""


def describe(refs: Sequence[str]) -> Mapping[str, ActivityFacts]:
    """What a course's page says of its quizzes, two queries for all."""
    papers = queries.papers_by_ref(refs)
    return {ref: _facts(ref, papers.get(ref)) for ref in refs}


def _facts(ref: str, paper: Paper | None) -> ActivityFacts:
    problem = problem_of(paper) if paper else _("This quiz is no longer there. Choose another.")
    return ActivityFacts(
        title=paper.title if paper else _("Quiz"),
        subject=subject_of(ref),
        duration_s=None,
        ready=not problem,
        problem=problem,
        study_s=QUESTION_S * len(paper.questions.all()) if paper else 0,
    )


def choosable(person: Person, refs: Sequence[str]) -> set[str]:
    """Those of the refs that somebody may put into a course today: papers of the providers they work for."""
    today = timezone.localdate()
    papers = queries.papers_by_ref(refs)
    return {ref for ref, paper in papers.items() if rules.may_read(person, paper, today)}


def progress(person: Person, refs: Sequence[str]) -> Mapping[str, Progress]:
    """The best score in each quiz; `done` when nothing can be gained any more. The step's pass mark is the course's."""
    best = queries.best_of(person, refs)
    return {ref: _progress(best.get(ref)) for ref in refs}


def _progress(best: queries.Best | None) -> Progress:
    if best is None:
        return Progress(fraction=Decimal(0), done=False, words=_("Not handed in yet"))
    words = ngettext(
        "%(score)s of 100, handed in %(count)d time",
        "Best %(score)s of 100, handed in %(count)d times",
        best.handed_in,
    ) % {"score": out_of_hundred(best.amount), "count": best.handed_in}
    return Progress(fraction=best.amount, done=best.amount == 1, words=words)


def present(request: HttpRequest, ref: str, place: StepPlace) -> Activity:
    """The quiz inside a course's step: what it asks for, its questions, or how the last attempt went."""
    paper = queries.papers_by_ref([ref]).get(ref)
    if paper is None:
        raise Http404
    attempts = queries.attempts_of(rules.person_of(request), paper)
    context = quiz_context(
        paper,
        attempts[0] if attempts else None,
        begun=len(attempts),
        minimum=place.minimum,
        at=timezone.now(),
    )
    context |= {"return_url": request.get_full_path(), "next_url": place.next_url}
    return Activity(template="assessments/quiz.html", context={"quiz": context})


def quiz_context(
    paper: Paper,
    shown: Attempt | None,
    *,
    begun: int,
    minimum: Decimal | None,
    at: datetime,
) -> dict[str, Any]:
    """What `assessments/quiz.html` shows of an attempt, for somebody who began so many (None: none to show)."""
    terms = pages.terms_of(paper, begun, minimum, at)
    mark = getattr(shown, "mark", None)
    context: dict[str, Any] = {"paper": paper, "terms": terms, "attempt": shown}
    if shown is None:
        return context | {
            "state": "begin",
            "problem": problem_of(paper),
            "count": len(paper.questions.all()),
        }
    if mark is None:
        state = "missed" if terms.closed else "answer"
        return context | {
            "state": state,
            "questions": pages.questions_to_answer(shown, shown.answers),
        }
    outcome = pages.outcome_of(mark, minimum, terms)
    rows = pages.questions_answered(shown, mark, revealed=outcome.revealed)
    return context | {"state": "result", "outcome": outcome, "questions": rows}
