"""A sixth policy, written from lms/credit/policies/README.md alone, is a data file and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.domain.policies import hour_unit_for, policy_for, rules_of
from lms.credit.models.policy import PolicyDraft
from lms.people.domain.groups import sync_groups
from lms.people.enums import DutyKind, OrganisationKind
from lms.testing.factories import DutyFactory, OrganisationFactory

SIXTH = Path(__file__).parent / "sixth.toml"
SLUG = "haizhou-2026"
TRAINING = {"id": "a", "form": "concentrated", "level": "province", "themes": ["subject"]}
SCENARIO = {
    "policy": SLUG,
    "as_of": "2026-08-31",
    "person": {
        "joined_on": "2010-09-01",
        "roles": [
            {"role": "teacher", "from": "2010-09-01"},
            {"role": "backbone", "from": "2020-09-01"},
        ],
    },
    "trainings": [
        TRAINING
        | {"sessions": [{"on": "2026-07-01", "hours": "8"}, {"on": "2026-07-02", "hours": "6"}]},
        TRAINING
        | {
            "id": "b",
            "registered": False,
            "sessions": [{"on": "2026-07-03", "hours": "6"}],
        },
    ],
}
# Worked out by hand: 6.5 (the day's cap) and 6 count, b waits to be registered.
EXPECT = {
    "met": False,
    "lines": [
        {"counted": "6.5", "reasons": ["daily-cap"]},
        {"counted": "6", "reasons": []},
        {"counted": "0", "reasons": ["not-registered"]},
    ],
    "requirements": [
        {
            "id": "cycle-total",
            "from": "2025-09-01",
            "to": "2028-08-31",
            "required": "120",
            "counted": "12.5",
            "status": "unmet",
            "shortfall": "107.5",
        },
        {"id": "safety", "required": "1", "counted": "0", "status": "exempt"},
        {"id": "longest", "kind": "advice", "counted": "12.5", "status": "unmet"},
    ],
}


def test_the_scenario_command_takes_it_as_a_file(tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / f"{SLUG}.toml").write_bytes(SIXTH.read_bytes())
    (tmp_path / "scenario.json").write_text(json.dumps(SCENARIO))
    argv = [sys.executable, "manage.py", "credit_scenario", "--policies", str(folder)]
    done = subprocess.run(
        [*argv, str(tmp_path / "scenario.json")], capture_output=True, text=True, check=True
    )
    (result,) = json.loads(done.stdout)
    for key in ("lines", "requirements"):
        assert len(result[key]) == len(EXPECT[key])
        for got, wanted in zip(result[key], EXPECT[key], strict=True):
            assert got | wanted == got
    assert result["met"] is False


@pytest.mark.django_db
def test_the_admin_takes_it_as_text():
    bureau = OrganisationFactory(kind=OrganisationKind.BUREAU)
    officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=bureau).person
    today = timezone.localdate()
    sync_groups(officer, today)
    client = Client()
    client.force_login(officer)

    def post(name, **data):
        kwargs = {} if name == "new" else {"slug": SLUG}
        answer = client.post(reverse(f"policies_admin:{name}", kwargs=kwargs), data, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    post("new", slug=SLUG, owner=bureau.pk, like="")
    examples = json.dumps([{"title": "手算", "scenario": SCENARIO, "expect": EXPECT}])
    seen = PolicyDraft.objects.get().saved_at.isoformat()
    saved = post("policy", text=SIXTH.read_text(), source_text="", examples=examples, seen=seen)
    assert "1 个算例，1 个结果一致" in saved
    assert "1 学时 = 50 分钟，不足半学时的舍去" in saved
    post("try")
    post("publish", in_force_from=today.isoformat())
    post("assign", organisation=bureau.pk, from_on=today.isoformat(), to_on="")
    version = policy_for(bureau, today)
    assert rules_of(version).title == "海州区教师研修学时办法(2026)"
    assert str(hour_unit_for(bureau, today).hours_in(100 * 60)) == "2"
    page = client.get(reverse("policy", args=[SLUG])).content.decode()
    assert "每年度不少于 40 学时" in page
    assert "每50分钟计1学时,不足半学时的不计。" in page
