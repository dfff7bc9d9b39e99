"""Policies for tests: published without a dry run, assigned from ever."""

import datetime
from typing import Any

from lms.credit.domain.policies import add_version
from lms.credit.models.policy import FROM_EVER, Policy, PolicyAssignment, PolicyVersion
from lms.people.models import Organisation
from lms.testing.credit import AT

RULES = """\
id = "{slug}"
title = "{title}"
source = "《测试办法》"
[calendar]
year = {{ month = 1, day = 1 }}
quote = "每年不少于{required}学时。"
{more}
[[requirement]]
id = "year-total"
title = "年度学时"
kind = "must"
period = "year"
required = "{required}"
quote = "每年不少于{required}学时。"
"""


def policy_text(slug: str, *, required: str = "72", title: str = "测试办法", more: str = "") -> str:
    """A small sound policy: so many hours a year of everybody; `more` are tables before its requirement."""
    return RULES.format(slug=slug, required=required, title=title, more=more)


def published(
    slug: str = "test-policy",
    *,
    owner: Organisation | None = None,
    in_force_from: datetime.date = FROM_EVER,
    text: str = "",
    **says: Any,
) -> PolicyVersion:
    """The next version of a policy, made unless it is there; `says` goes to `policy_text`."""
    policy, _ = Policy.objects.get_or_create(slug=slug, defaults={"owner": owner})
    return add_version(
        policy,
        text=text or policy_text(slug, **says),
        source_text="",
        examples=[],
        in_force_from=in_force_from,
        by=None,
        at=AT,
    )


def assigned(
    slug: str,
    organisation: Organisation,
    from_on: datetime.date = FROM_EVER,
    to_on: datetime.date | None = None,
) -> PolicyAssignment:
    """A policy holds at an organisation."""
    return PolicyAssignment.objects.create(
        policy=Policy.objects.get(slug=slug),
        organisation=organisation,
        from_on=from_on,
        to_on=to_on,
    )
