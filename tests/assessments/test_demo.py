"""The demo's quizzes: loaded once, answered over HTTP."""

import pytest
from django.test import Client

from assessments import demo
from assessments.models import Mark, Paper
from lms.api.demo import load_plan
from lms.testing.factories import DutyFactory, ProviderFactory
from tests.factories.assessments import PaperFactory, begun

pytestmark = pytest.mark.django_db


class Browser:
    """A Visitor on Django's test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> str:
        return self.client.get(path).content.decode()

    def post(self, path: str, fields: dict[str, object]) -> str:
        answer = self.client.post(path, fields, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()


def test_load_makes_every_paper_once() -> None:
    plan = load_plan()
    for provider in plan.providers:
        ProviderFactory(slug=provider.slug, name=provider.name)
    demo.load(plan)
    demo.load(plan)
    assert set(Paper.objects.values_list("pk", flat=True)) == {one.paper_id for one in plan.courses}
    assert {paper.questions.count() for paper in Paper.objects.all()} == {3}


@pytest.mark.parametrize(("share", "amounts"), [(1.0, [1]), (0.5, [])])
def test_do_hands_in_what_is_right(client, share, amounts) -> None:
    paper = PaperFactory()
    attempt = begun(DutyFactory(provider=paper.provider).person, paper)
    client.force_login(attempt.person)
    for _again in "12":
        demo.do(Browser(client), str(paper.pk), attempt.get_absolute_url(), share)
    assert list(Mark.objects.values_list("amount", flat=True)) == amounts
