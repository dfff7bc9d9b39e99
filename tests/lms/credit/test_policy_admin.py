"""A bureau's way from a copied policy to one that holds, through the admin's own pages."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.credit.domain.policies import policy_for
from lms.credit.models.policy import DryRun, Policy, PolicyAssignment, PolicyDraft
from lms.people.domain.groups import sync_groups
from lms.people.enums import DutyKind, OrganisationKind
from lms.testing.factories import DutyFactory, OrganisationFactory, PersonFactory, RoleSpellFactory
from lms.testing.policies import assigned, policy_text, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return OrganisationFactory(kind=OrganisationKind.BUREAU)


def officer_of(organisation):
    person = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=organisation).person
    sync_groups(person, timezone.localdate())
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def client(bureau):
    return officer_of(bureau)


def to(name, **kwargs):
    return reverse(f"policies_admin:{name}", kwargs=kwargs)


def refused(answer):
    """Wagtail sends whoever may not do something to its first page, with a sentence."""
    return (answer.status_code, answer.get("Location")) == (302, reverse("wagtailadmin_home"))


def page(client, name, **kwargs):
    answer = client.get(to(name, **kwargs))
    assert answer.status_code == 200
    return answer.content.decode()


def made(client, bureau, slug="town-2026", like=None):
    data = {"slug": slug, "owner": bureau.pk, "like": like.pk if like else ""}
    answer = client.post(to("new"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return Policy.objects.get(slug=slug)


def save(client, slug, **says):
    draft = PolicyDraft.objects.get(policy__slug=slug)
    data = {"text": policy_text(slug), "source_text": "", "examples": ""} | says
    return client.post(
        to("policy", slug=slug), data | {"seen": draft.saved_at.isoformat()}, follow=True
    ).content.decode()


def test_a_tab_of_the_browser_says_which_page_and_whose_site(client):
    for name, said in (("index", "学时管理办法"), ("how", "办法怎么写")):
        title = re.findall(r"<title>(.*?)</title>", page(client, name), re.DOTALL)[0]
        assert " ".join(title.split()) == f"{said} - 青禾教师研修"


def test_from_a_shipped_policy_to_one_that_holds(client, bureau):
    today = timezone.localdate()
    school = OrganisationFactory(parent=OrganisationFactory(kind="district", parent=bureau))
    teacher = RoleSpellFactory(organisation=school).person
    wenzhou = Policy.objects.get(slug="wenzhou-2012").versions.get()
    made(client, bureau, like=wenzhou)
    text = PolicyDraft.objects.get(policy__slug="town-2026").text
    changed = text.replace('required = "48"', 'required = "60"')
    saved = save(client, "town-2026", text=changed, source_text=wenzhou.source_text)
    assert "每条规定与原文对照" in saved
    assert "不少于 60 学时" in saved
    assert "试算以后才能发布" in saved
    tried = client.post(to("try", slug="town-2026"), follow=True).content.decode()
    assert "1 位教师" in tried
    assert teacher.name in tried
    client.post(to("publish", slug="town-2026"), {"in_force_from": today.isoformat()})
    assert policy_for(school, today) is None
    span = {"organisation": bureau.pk, "from_on": today.isoformat(), "to_on": ""}
    assert client.post(to("assign", slug="town-2026"), span).status_code == 302
    version = policy_for(school, today)
    assert (version.policy.slug, version.number, version.dry_run["people"]) == ("town-2026", 1, 1)
    listed = page(client, "index")
    assert "town-2026" in listed
    assert bureau.name in listed


def test_a_mistake_is_told_with_its_line_and_reason_and_nothing_is_lost(client, bureau):
    made(client, bureau)
    wrong = policy_text("town-2026").replace('period = "year"', 'period = "yaer"')
    line = wrong[: wrong.index("yaer")].count("\n") + 1
    saved = save(client, "town-2026", text=wrong)
    assert "草稿已保存，但规则里有错。" in saved
    assert f"第 {line} 行" in saved
    assert "没有 &#x27;yaer&#x27; 这个词，是不是 &#x27;year&#x27;" in saved
    assert "yaer" in PolicyDraft.objects.get(policy__slug="town-2026").text
    assert "有错" in client.post(to("try", slug="town-2026"), follow=True).content.decode()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('required = "72"', 'required = "-72"'),
        ('required = "72"', 'required = "72.005"'),
        ('required = "72"', 'required = "10000.01"'),
        ("year = ", "cycle = { anchor = 2026-01-01, years = 0 }\nyear = "),
    ],
)
def test_nonsense_numbers_are_refused_with_their_line(client, bureau, right: str, wrong: str):
    made(client, bureau)
    text = policy_text("town-2026")
    assert right in text
    saved = save(client, "town-2026", text=text.replace(right, wrong, 1))
    assert f"第 {text[: text.index(right)].count(chr(10)) + 1} 行" in saved
    assert "有错" in client.post(to("try", slug="town-2026"), follow=True).content.decode()


def test_worked_examples_are_shown_with_what_differs(client, bureau):
    made(client, bureau)
    example = {
        "title": "没有学时",
        "scenario": {
            "policy": "town-2026",
            "as_of": "2026-12-31",
            "person": {"joined_on": "2005-09-01", "roles": []},
            "trainings": [],
        },
        "expect": {"met": False, "requirements": [{"id": "year-total", "required": "60"}]},
    }
    right = example | {"title": "算对了", "expect": {"met": False}}
    saved = save(client, "town-2026", examples=json.dumps([example, right]))
    assert "2 个算例，1 个结果一致" in saved
    assert re.search(
        r"requirements\[0\]\.required</code>\s*</td>\s*<td>60</td>\s*<td>72</td>", saved
    )
    assert "算例读不出来" in save(client, "town-2026", examples="[{")


def test_a_quote_that_the_source_does_not_have_is_pointed_at(client, bureau):
    made(client, bureau)
    assert "原文里没有" in save(client, "town-2026", source_text="别的话")
    assert "原文里没有" not in save(client, "town-2026", source_text="一、每年不少于 72 学时。")


def test_many_teachers_are_a_workers_job(client, bureau, monkeypatch):
    monkeypatch.setattr("lms.credit.domain.dry_run.INLINE", 0)
    made(client, bureau)
    answer = client.post(to("try", slug="town-2026"), follow=True)
    assert "本页自动更新" in answer.content.decode()
    assert answer["Refresh"] == "3"
    run = DryRun.objects.get()
    assert run.result is None
    from lms.credit.tasks import run_dry_run

    run_dry_run.call(run.pk)
    run.refresh_from_db()
    assert run.result["people"] == 0
    DryRun.objects.update(result=None, seen_at=timezone.now() - datetime.timedelta(hours=1))
    assert "重新开始" in page(client, "tried", slug="town-2026")


def test_an_overlapping_assignment_is_refused_with_a_sentence_and_one_can_end(client, bureau):
    span = {"organisation": bureau.pk, "from_on": "2026-01-01", "to_on": ""}
    assert client.post(to("assign", slug="wenzhou-2012"), span).status_code == 302
    again = client.post(to("assign", slug="hunan-county"), span)
    assert "这所单位在其中一些日子里已经适用一项办法。" in again.content.decode()
    assignment = PolicyAssignment.objects.get()
    early = client.post(to("end", pk=assignment.pk), {"to_on": "2025-01-01"})
    assert "结束日期早于开始日期" in early.content.decode()
    client.post(to("end", pk=assignment.pk), {"to_on": "2026-06-30"})
    span["from_on"] = "2026-07-01"
    assert client.post(to("assign", slug="hunan-county"), span).status_code == 302


def test_another_bureaus_policy_is_not_found_and_not_changed(client):
    other = OrganisationFactory(kind=OrganisationKind.BUREAU)
    published("theirs", owner=other, title="邻家办法")
    assigned("theirs", other)
    before = list(PolicyAssignment.objects.values())
    for name in ("policy", "begin", "try", "tried", "publish", "assign"):
        for ask in (client.get, client.post):
            assert ask(to(name, slug="theirs")).status_code in {404, 405}, name
    for ask in (client.get, client.post):
        assert ask(to("end", pk=before[0]["id"]), {"to_on": "2026-01-01"}).status_code == 404
    assert "邻家" not in page(client, "index") + page(client, "new")
    span = {"organisation": other.pk, "from_on": "2026-01-01", "to_on": ""}
    assert client.post(to("assign", slug="wenzhou-2012"), span).status_code == 200
    assert list(PolicyAssignment.objects.values()) == before


def test_nobody_edits_what_came_with_the_platform(client):
    assert "TOML" not in page(client, "policy", slug="wenzhou-2012")
    for name in ("policy", "begin", "try", "publish"):
        assert refused(client.post(to(name, slug="wenzhou-2012")))
    assert not PolicyDraft.objects.exists()


def test_a_district_reads_and_assigns_its_bureaus_policy_but_does_not_write_it(bureau):
    published("bureaus-own", owner=bureau)
    district = OrganisationFactory(kind=OrganisationKind.DISTRICT, parent=bureau)
    client = officer_of(district)
    assert refused(client.post(to("begin", slug="bureaus-own")))
    span = {"organisation": district.pk, "from_on": "2026-01-01", "to_on": ""}
    assert client.post(to("assign", slug="bureaus-own"), span).status_code == 302


def test_a_superuser_keeps_everybodys(bureau):
    published("bureaus-own", owner=bureau)
    client = Client()
    client.force_login(PersonFactory(is_superuser=True))
    assert "bureaus-own" in page(client, "index")
    client.post(to("begin", slug="bureaus-own"))
    assert PolicyDraft.objects.get().policy.slug == "bureaus-own"


def test_the_list_takes_the_same_queries_for_one_policy_and_three(
    client, bureau, django_assert_max_num_queries
):
    counts = []
    for number in (1, 3):
        for at in range(number):
            published(f"own-{number}-{at}", owner=bureau)
        page(client, "index")
        with django_assert_max_num_queries(60) as asked:
            page(client, "index")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_every_refusal_of_the_loader_has_its_chinese():
    import ast

    from django.utils.translation import gettext, override

    core = Path("lms/credit/core")
    said = {
        argument.value
        for file in core.glob("policy*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"refuse", "PolicyError"}
        for argument in node.args[1:]
        if isinstance(argument, ast.Constant) and " " in str(argument.value)
    }
    assert len(said) > 20
    with override("zh-hans"):
        assert [one for one in sorted(said) if gettext(one) == one] == []


_PIECES = st.sampled_from(
    [
        *re.findall(r"\S+|\n", policy_text("fuzz", more='[hour]\nminutes = 45\nquote = "x"')),
        *('"""', "'''", "[[", "]]", "{", "}", "=", ",", "\x00", "\ud83d", "9" * 400, "1e999"),
        *("[a.b]", "a.b = 1", "[[exemption]]", 'exempts = ["year-total"]', "test = {}", "inf"),
        *("0001-01-01", "2011-02-29", "true", "applies = {in_probation = true}", "#", "\\u0000"),
    ]
)
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=40).map("\n".join),
    st.text(max_size=200),
    st.tuples(st.integers(0, 400), st.integers(0, 40), _PIECES).map(
        lambda cut: policy_text("fuzz")[: cut[0]] + cut[2] + policy_text("fuzz")[cut[0] + cut[1] :]
    ),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=_TEXTS, examples=st.one_of(st.just(""), st.text(max_size=80), _TEXTS))
def test_no_text_whatever_makes_the_editor_fail(client, bureau, text, examples):
    if not Policy.objects.filter(slug="fuzz").exists():
        made(client, bureau, slug="fuzz")
    draft = PolicyDraft.objects.get(policy__slug="fuzz")
    for name, data in (
        (
            "policy",
            {
                "text": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
                "examples": examples.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
                "source_text": text.encode("utf-8", "replace").decode(),
                "seen": draft.saved_at.isoformat(),
            },
        ),
        ("try", {}),
        ("publish", {"in_force_from": "2026-01-01"}),
    ):
        if PolicyDraft.objects.filter(policy__slug="fuzz").exists():
            answer = client.post(to(name, slug="fuzz"), data, follow=True)
            assert answer.status_code == 200
    client.post(to("begin", slug="fuzz"))
