import datetime
import json

import pytest

from lms.credit.domain import dry_run
from lms.credit.domain.assign import assign_policy, end_assignment
from lms.credit.domain.drafts import create_policy, draft_of, publish, save_draft
from lms.credit.errors import BadPolicy
from lms.credit.models.policy import PolicyDraft, PolicyVersion
from lms.people.enums import OrganisationKind
from lms.testing.credit import AT
from lms.testing.factories import OrganisationFactory, PersonFactory
from lms.testing.policies import policy_text

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 18)
EXAMPLE = {
    "title": "没有学时",
    "scenario": {
        "policy": "town-2026",
        "as_of": "2026-12-31",
        "person": {"joined_on": "2005-09-01", "roles": []},
        "trainings": [],
    },
    "expect": {"met": False, "requirements": [{"id": "year-total", "shortfall": "72"}]},
}


@pytest.fixture
def bureau():
    return OrganisationFactory(kind=OrganisationKind.BUREAU)


@pytest.fixture
def officer():
    return PersonFactory()


@pytest.fixture
def policy(bureau, officer):
    return create_policy(owner=bureau, slug="town-2026", like=None, by=officer, at=AT)


def write(policy, officer, *, text=None, examples="", at=AT):
    draft = draft_of(policy, by=officer, at=at)
    return save_draft(
        draft,
        text=text or policy_text(policy.slug),
        source_text="",
        examples=examples,
        seen=draft.saved_at.isoformat(),
        by=officer,
        at=at,
    )


def tried(policy, officer):
    draft = draft_of(policy, by=officer, at=AT)
    return dry_run.run(dry_run.start(draft, by=officer, at=AT), clock=lambda: AT)


def refused(call, *args, **kwargs):
    with pytest.raises(BadPolicy) as raised:
        call(*args, **kwargs)
    return str(raised.value)


def test_a_new_policy_is_a_sound_draft(policy, officer):
    tried(policy, officer)
    version = publish(policy, in_force_from=DAY, by=officer, at=AT)
    assert (version.number, version.published_by, version.policy.slug) == (
        1,
        officer,
        "town-2026",
    )
    assert not PolicyDraft.objects.filter(policy=policy).exists()


def test_a_copy_has_its_own_name_and_its_examples_ask_about_it(bureau, officer):
    for shipped in PolicyVersion.objects.filter(policy__owner=None).select_related("policy"):
        copy = create_policy(
            owner=bureau, slug=f"own-{shipped.policy.slug}", like=shipped, by=officer, at=AT
        )
        draft = copy.draft
        examples = json.loads(draft.examples or "[]")
        assert {one["scenario"]["policy"] for one in examples} <= {copy.slug}
        tried(copy, officer)
        assert publish(copy, in_force_from=DAY, by=officer, at=AT).number == 1


def test_a_name_is_taken_once(policy, bureau, officer):
    assert (
        refused(create_policy, owner=bureau, slug="town-2026", like=None, by=officer, at=AT)
        == "这个代号已经有人用了，请另选一个。"
    )


def test_publishing_needs_a_dry_run_of_these_very_rules(policy, officer):
    write(policy, officer)
    words = "请先用去年的记录试算：谁多了，谁少了。"
    assert refused(publish, policy, in_force_from=DAY, by=officer, at=AT) == words
    tried(policy, officer)
    write(policy, officer, text=policy_text(policy.slug, required="60"))
    assert refused(publish, policy, in_force_from=DAY, by=officer, at=AT) == words


def test_publishing_needs_sound_rules_and_examples_that_come_out(policy, officer):
    write(policy, officer, text="id = 1")
    assert "有错" in refused(publish, policy, in_force_from=DAY, by=officer, at=AT)
    wrong = EXAMPLE | {"title": "应该不同", "expect": {"met": True}}
    write(policy, officer, examples=json.dumps([EXAMPLE, wrong]))
    tried(policy, officer)
    assert "应该不同" in refused(publish, policy, in_force_from=DAY, by=officer, at=AT)
    write(policy, officer, examples=json.dumps([EXAMPLE]))
    assert publish(policy, in_force_from=DAY, by=officer, at=AT).examples == [EXAMPLE]


def test_a_later_version_says_something_else_and_begins_later(policy, officer):
    tried(policy, officer)
    publish(policy, in_force_from=DAY + datetime.timedelta(days=30), by=officer, at=AT)
    draft_of(policy, by=officer, at=AT)
    later = DAY + datetime.timedelta(days=60)
    assert (
        refused(publish, policy, in_force_from=later, by=officer, at=AT)
        == "草稿与第 1 版完全一样。"
    )
    write(policy, officer, text=policy_text(policy.slug, required="60"))
    tried(policy, officer)
    yesterday = DAY - datetime.timedelta(days=1)
    for day, words in (
        (yesterday, "以后的版本最早从今天起施行。"),
        (DAY, "第 1 版从 2026-06-17 起施行，下一版不能更早。"),
        (datetime.date(1, 1, 1), "请选 1900 年到 2999 年之间的一天。"),
    ):
        assert refused(publish, policy, in_force_from=day, by=officer, at=AT) == words
    assert publish(policy, in_force_from=later, by=officer, at=AT).number == 2


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(policy, officer):
    draft = draft_of(policy, by=officer, at=AT)
    other = PersonFactory(name="沈望舒")
    write(policy, other, at=AT + datetime.timedelta(minutes=1))
    says = refused(
        save_draft,
        draft,
        text="x",
        source_text="",
        examples="",
        seen=draft.saved_at.isoformat(),
        by=officer,
        at=AT,
    )
    assert "沈望舒" in says


def test_a_policy_is_assigned_within_its_owner_and_once_a_day(policy, bureau, officer):
    school = OrganisationFactory(parent=OrganisationFactory(kind="district", parent=bureau))
    foreign = OrganisationFactory()
    span = {"from_on": DAY, "to_on": None}
    assert "先发布" in refused(assign_policy, policy=policy, organisation=school, **span)
    tried(policy, officer)
    publish(policy, in_force_from=DAY, by=officer, at=AT)
    assert "另一个" in refused(assign_policy, policy=policy, organisation=foreign, **span)
    first = assign_policy(policy=policy, organisation=school, **span)
    overlap = refused(assign_policy, policy=policy, organisation=school, **span)
    assert overlap == "这所单位在其中一些日子里已经适用一项办法。"
    end_assignment(first, to_on=DAY)
    tomorrow = DAY + datetime.timedelta(days=1)
    assign_policy(policy=policy, organisation=school, from_on=tomorrow, to_on=None)
    assert "早于开始日期" in refused(
        assign_policy, policy=policy, organisation=bureau, from_on=tomorrow, to_on=DAY
    )
