"""Making papers, and freezing what they ask."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.domain.problems import NotReady, kind_missing
from assessments.kinds.base import Malformed, Option, kinds
from assessments.models import Paper, PaperVersion, Question
from lms.api.people import Provider


@dataclass(frozen=True, kw_only=True)
class NewQuestion:
    """A question to be made. `lines` as authors write them: right options begin with *; true or false is 对 or 错."""

    kind: str
    text: str
    lines: Sequence[str]
    explanation: str = ""
    points: int = 1


def parse_options(kind: str, lines: Sequence[str]) -> list[dict[str, Any]]:
    """An author's lines as the options of a kind, to be stored. Raises Malformed with a sentence."""
    found = kinds.get(kind)
    if found is None:
        raise Malformed(_("No installed plugin knows the question kind %(kind)s.") % {"kind": kind})
    trimmed = [line.strip() for line in lines if line.strip()]
    return [option.as_json() for option in found.parse(trimmed)]


def option_lines(question: Question) -> list[str]:
    """A question's options as its author wrote them; none when the kind's plugin is gone."""
    kind = kinds.get(question.kind)
    return kind.lines([Option(**option) for option in question.options]) if kind else []


@transaction.atomic
def create_paper(
    *,
    provider: Provider,
    title: str,
    questions: Sequence[NewQuestion],
    closes_at: datetime | None = None,
    attempts_allowed: int | None = None,
    public_id: UUID | None = None,
) -> Paper:
    """A paper with its questions; `public_id` for one that is known elsewhere already.

    Raises Malformed when a question's lines do not fit its kind.
    """
    paper = Paper(
        public_id=public_id or uuid4(),
        provider=provider,
        title=title,
        closes_at=closes_at,
        attempts_allowed=attempts_allowed,
    )
    paper.questions = [
        Question(
            sort_order=order,
            kind=one.kind,
            text=one.text,
            options=parse_options(one.kind, one.lines),
            explanation=one.explanation,
            points=one.points,
        )
        for order, one in enumerate(questions)
    ]
    paper.save()
    return paper


def problem_of(paper: Paper) -> str:
    """Why the paper cannot be asked, as a sentence; empty when it can. Reads `paper.questions`."""
    questions = paper.questions.all()
    if not questions:
        return _("This quiz has no questions yet.")
    if any(kinds.get(question.kind) is None for question in questions):
        return kind_missing()
    return ""


def freeze(*, paper: Paper, at: datetime) -> PaperVersion:
    """The version that says what the paper asks now; a new one only when that changed. Raises NotReady."""
    if problem := problem_of(paper):
        raise NotReady(problem)
    content = _content_of(paper)
    digest = hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    if (latest := _latest(paper)) and latest.digest == digest:
        return latest
    with transaction.atomic():
        # Lock before reading: two people begin right after an edit.
        Paper.objects.select_for_update().get(pk=paper.pk)
        latest = _latest(paper)
        if latest and latest.digest == digest:
            return latest
        return PaperVersion.objects.create(
            paper=paper,
            number=latest.number + 1 if latest else 1,
            content=content,
            digest=digest,
            made_at=at,
        )


def _latest(paper: Paper) -> PaperVersion | None:
    return paper.versions.order_by("-number").first()


def _content_of(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "questions": [
            {
                "key": str(question.public_id),
                "kind": question.kind,
                "text": question.text,
                "options": question.options,
                "explanation": question.explanation,
                "points": question.points,
            }
            for question in paper.questions.all()
        ],
    }
