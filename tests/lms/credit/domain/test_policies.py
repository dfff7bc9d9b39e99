import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from lms.credit.core.examples import try_examples
from lms.credit.core.policy import SHIPPED
from lms.credit.core.policy_table import PolicyError
from lms.credit.domain.policies import (
    hour_unit_for,
    load_shipped,
    policies_for,
    policy_for,
    rules_of,
)
from lms.credit.models.policy import FROM_EVER, Policy, PolicyAssignment, PolicyVersion
from lms.people.enums import OrganisationKind
from lms.testing.credit import AT
from lms.testing.factories import AccreditationFactory, OrganisationFactory, RoleSpellFactory
from lms.testing.policies import assigned, policy_text, published

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 18)
HOUR = '[hour]\nminutes = {}\nquote = "一学时{}分钟。"\n'


def shipped():
    return PolicyVersion.objects.filter(policy__owner=None)


def test_migrating_publishes_the_shipped_policies():
    assert list(shipped().values_list("policy__slug", "number").order_by("policy__slug")) == [
        (file.stem, 1) for file in sorted(SHIPPED.glob("*.toml"))
    ]
    assert all(one.digest == one.content_digest() for one in shipped())
    assert all(rules_of(one).title == one.policy.title for one in shipped())


def test_every_quote_of_a_shipped_policy_stands_in_its_source_text():
    for version in shipped():
        rules, kept = rules_of(version), "".join(version.source_text.split())
        quotes = [rules.calendar.quote, *(quote for _check, quote in rules.recognition.quotes)]
        quotes += [one.quote for one in (*rules.requirements, *rules.exemptions)]
        lines = ["".join(line.split()) for quote in quotes for line in quote.splitlines()]
        assert [line for line in lines if line not in kept] == []


def test_every_worked_example_of_a_shipped_policy_comes_out():
    for version in shipped():
        tried = try_examples(rules_of(version), version.examples)
        assert tried
        assert [one for one in tried if not one.passed] == []


def test_load_shipped_again_publishes_nothing():
    assert load_shipped(at=AT) == []


def test_the_command_says_what_it_published(capsys, tmp_path, monkeypatch):
    call_command("load_policies")
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(load_shipped, "__kwdefaults__", {"folder": tmp_path})
    (tmp_path / "town.toml").write_text(policy_text("town"), encoding="utf-8")
    call_command("load_policies")
    assert capsys.readouterr().out == "town 1: 测试办法\n"
    (tmp_path / "bad.toml").write_text("id = 1", encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.toml: id: must be a text .* \(line 1\)"):
        call_command("load_policies")


@pytest.mark.parametrize(
    ("beside", "content", "told"),
    [
        (".json", b'[{"title": "a"}]', r"town\.json: \$\[0\]\.scenario: missing"),
        (".txt", "原文".encode("gb18030"), r"town\.txt: is not in UTF-8"),
        (".json", None, r"town\.json: come out differently: 一"),
    ],
)
def test_what_lies_beside_a_shipped_file_is_checked(tmp_path, beside, content, told):
    (tmp_path / "town.toml").write_text(policy_text("town"), encoding="utf-8")
    person = {"joined_on": "2020-01-01", "roles": []}
    scenario = {"policy": "town", "as_of": "2026-05-18", "person": person, "trainings": []}
    wrong = [{"title": "一", "scenario": scenario, "expect": {"met": True}}]
    (tmp_path / f"town{beside}").write_bytes(content or json.dumps(wrong).encode())
    with pytest.raises(PolicyError, match=told):
        load_shipped(at=AT, folder=tmp_path)


def test_load_shipped_publishes_a_changed_file_as_a_version_from_today(tmp_path):
    (tmp_path / "town.toml").write_text(policy_text("town"), encoding="utf-8")
    load_shipped(at=AT, folder=tmp_path)
    (tmp_path / "town.toml").write_text(policy_text("town", required="48"), encoding="utf-8")
    (version,) = load_shipped(at=AT, folder=tmp_path)
    assert (version.number, version.in_force_from) == (2, DAY)


def test_load_shipped_leaves_a_bureaus_policy_of_the_same_name_alone(tmp_path):
    bureau = OrganisationFactory(kind=OrganisationKind.BUREAU)
    published("town", owner=bureau)
    (tmp_path / "town.toml").write_text(policy_text("town", required="48"), encoding="utf-8")
    assert load_shipped(at=AT, folder=tmp_path) == []


def test_policy_for_takes_the_nearest_organisation_with_an_assignment_that_day():
    teacher = RoleSpellFactory().person
    school = teacher.roles_on(DAY)[0].organisation
    assert policy_for(teacher, DAY) is None
    for slug, place in (("bureau", school.get_root()), ("district", school.get_parent())):
        published(slug)
        assigned(slug, place, to_on=DAY if slug == "district" else None)
    after = DAY + datetime.timedelta(days=1)
    assert [str(policy_for(teacher, on).policy.slug) for on in (DAY, after)] == [
        "district",
        "bureau",
    ]
    assert policy_for(school.get_root(), DAY).policy.slug == "bureau"


def test_policy_for_takes_the_newest_version_in_force_that_day():
    school = OrganisationFactory()
    published("city")
    published("city", in_force_from=DAY)
    assigned("city", school)
    before = DAY - datetime.timedelta(days=1)
    assert [policy_for(school, on).number for on in (before, DAY)] == [1, 2]


def test_policies_for_many_schools_asks_three_times(django_assert_num_queries):
    schools = [OrganisationFactory() for _ in range(3)]
    published("city")
    assigned("city", schools[0].get_root())
    assigned("city", schools[1])
    for some in (schools[:1], schools):
        with django_assert_num_queries(3):
            found = policies_for([one.pk for one in some], DAY)
        assert set(found) == {one.pk for one in some} & {schools[0].pk, schools[1].pk}


def test_one_organisation_is_under_one_policy_at_a_time():
    school = OrganisationFactory()
    published("city")
    assigned("city", school, FROM_EVER, DAY)
    other = PolicyAssignment(
        policy=Policy.objects.get(slug="city"), organisation=school, from_on=DAY
    )
    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    assert refused.value.messages == ["这所单位在其中一些日子里已经适用一项办法。"]
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize("sql", ["UPDATE {} SET text = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_published_version_cannot_be_changed(sql):
    table = PolicyVersion._meta.db_table
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        connection.cursor().execute(sql.format(table))


def test_hour_unit_is_that_of_the_day_and_of_the_bureau():
    bureau = OrganisationFactory(kind=OrganisationKind.BUREAU)
    assert hour_unit_for(bureau, DAY).minutes == 45
    published("city", more=HOUR.format(50, 50))
    published("city", more=HOUR.format(60, 60), in_force_from=DAY)
    assigned("city", bureau)
    before = DAY - datetime.timedelta(days=1)
    assert [hour_unit_for(bureau, on).minutes for on in (before, DAY)] == [50, 60]


def test_hour_unit_of_a_provider_is_the_longest_of_its_bureaus():
    one = AccreditationFactory()
    other = AccreditationFactory(provider=one.provider)
    published("city", more=HOUR.format(50, 50))
    assigned("city", other.bureau)
    assert hour_unit_for(one.provider, DAY).minutes == 50
    assert hour_unit_for(one.provider, datetime.date(2001, 1, 1)).minutes == 45
