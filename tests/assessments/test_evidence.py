"""Evidence of a quiz as a picture, drawn from its own words; and what is kept about a person."""

import datetime

import pytest
from django.template.loader import render_to_string

from assessments import personal_data
from assessments.domain import attempts
from assessments.models import Attempt
from lms.api.hooks import EvidenceKind
from lms.credit.models.evidence import Evidence
from lms.plugins.registry import registry
from tests.factories.assessments import AT, begun, right_answers, wrong_answers

pytestmark = pytest.mark.django_db

LATER = AT + datetime.timedelta(minutes=7)


def test_evidence_says_score_and_draws_each_question() -> None:
    attempt = begun()
    first = attempt.version.questions[0]["key"]
    answers = right_answers(attempt) | {first: wrong_answers(attempt)[first]}
    attempts.submit(attempt=attempt, answers=answers, at=LATER)
    template = registry.get(EvidenceKind, "assessments.passed").template
    html = render_to_string(template, {"evidence": Evidence.objects.get()})
    assert (html.count('class="cov"'), html.count('class="seam"')) == (2, 2)
    assert 'aria-label="3 道题答对 2 道"' in html
    assert "80 分" in html
    assert "5 月 18 日 21:13" in html


def test_export_tells_all_and_erase_leaves_marks() -> None:
    done = begun()
    attempts.submit(attempt=done, answers=right_answers(done), at=LATER)
    draft = begun(done.person)
    begun()
    told = personal_data.export(done.person)["attempts"]
    assert {one["quiz"]: one["score"] for one in told} == {
        done.version.content["title"]: "1.000000",
        draft.version.content["title"]: None,
    }
    personal_data.erase(done.person)
    left = Attempt.objects.filter(person=done.person)
    assert list(left) == [done]
    assert not Attempt.objects.filter(pk=draft.pk).exists()
