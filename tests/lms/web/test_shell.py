"""What base.html shows of a person's places, theme and messages; error pages; the content security policy."""

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory
from lms.web import context


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_no_context_and_say_what_to_do(name: str) -> None:
    with translation.override("zh-hans"):
        html = render_to_string(f"{name}.html")

    assert "<h1>" in html
    assert 'href="/"' in html
    assert "我们" in html if name == "500" else True


def test_unknown_page_answers_in_the_platforms_look(client: Client, db: None) -> None:
    answer = client.get("/no-such-page.html")

    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_policy_lets_no_inline_script_or_style_in(client: Client, db: None) -> None:
    policy = client.get("/no-such-page.html").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><b>', ""), (None, "")]
)
def test_theme_comes_from_the_cookie_and_from_no_other_word(cookie: str | None, theme: str) -> None:
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES["theme"] = cookie

    assert context.shell(request)["theme"] == theme


@pytest.mark.parametrize(
    ("path", "closest"),
    [("/", "/"), ("/hours/", "/hours/"), ("/hours/12/", "/hours/"), ("/elsewhere/", None)],
)
def test_place_is_the_closest_that_holds_the_page(path: str, closest: str | None) -> None:
    assert context._closest(path, ["/", "/hours/", "/courses/"]) == closest


def test_visitors_have_no_places() -> None:
    assert context.places_of(RequestFactory().get("/")) == ()


def test_pagination_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/courses/", {"q": "师德", "page": "2"})
    page = Paginator(range(30), 12).page(2)

    html = render_to_string("lms/pagination.html", {"page": page}, request=request)

    assert 'href="?q=%E5%B8%88%E5%BE%B7&amp;page=1"' in html
    assert 'href="?q=%E5%B8%88%E5%BE%B7&amp;page=3"' in html


def workplace_of(person: Person) -> str:
    request = RequestFactory().get("/")
    request.user = person
    return context.workplace_of(request)


def test_top_bar_names_a_teachers_school_and_another_persons_duty(db: None) -> None:
    spell = RoleSpellFactory()
    duty = DutyFactory(kind=DutyKind.VERIFIER)

    assert workplace_of(spell.person) == spell.organisation.name
    assert workplace_of(duty.person) == f"{duty.organisation.name} · {duty.get_kind_display()}"
    assert workplace_of(PersonFactory()) == ""


def test_shell_asks_for_roles_and_duties_once(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = RoleSpellFactory().person
    request = RequestFactory().get("/")
    request.user = person

    with django_assert_num_queries(2):
        html = [render_to_string("404.html", request=request) for _ in range(2)]

    assert person.name in html[1]


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (DutyKind.TRAINER, True),
        (DutyKind.MODERATOR, True),
        (DutyKind.BUREAU_ADMIN, True),
        (DutyKind.VERIFIER, False),
    ],
)
def test_administration_is_offered_to_whom_a_duty_opens_it(
    kind: DutyKind, opens: bool, rf: RequestFactory, db: None
) -> None:
    request = rf.get("/")
    request.user = DutyFactory(kind=kind).person

    assert context.administers(request) is opens


def test_visitors_can_sign_in_from_any_page_and_come_back(client: Client, db: None) -> None:
    assert "?next=/courses/" in client.get("/courses/").content.decode()
