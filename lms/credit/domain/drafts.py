"""A bureau writes a policy: a draft of its own, tried on worked examples and on last year's record, then published."""

import datetime
import json
import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.credit.core.examples import read_examples, try_examples
from lms.credit.core.fields import Malformed
from lms.credit.core.lines import day_of
from lms.credit.core.policy import read_policy
from lms.credit.core.policy_table import PolicyError
from lms.credit.domain.policies import add_version
from lms.credit.errors import BadPolicy
from lms.credit.models.policy import DryRun, Policy, PolicyDraft, PolicyVersion

if TYPE_CHECKING:
    from lms.people.models.organisations import Organisation
    from lms.people.models.person import Person

_ID_LINE = re.compile(r"^id\s*=.*$", re.MULTILINE)
START = """\
id = "{slug}"
title = "…学时管理办法"
source = "…〔2026〕1 号"

[calendar]
year = { month = 1, day = 1 }
quote = "把原文抄在这里"

[[requirement]]
id = "year-total"
title = "年度学时"
kind = "must"
applies = { holds_any = ["teacher"] }
period = "year"
required = "72"
quote = "把原文抄在这里"
"""


def create_policy(
    *,
    owner: "Organisation",
    slug: str,
    like: PolicyVersion | None,
    by: "Person",
    at: datetime.datetime,
) -> Policy:
    """A policy of an organisation's own, as a draft: like a published version, or a first page to write on."""
    text = (
        _ID_LINE.sub(f'id = "{slug}"', like.text, count=1)
        if like
        else START.replace("{slug}", slug)
    )
    title = like.policy.title if like else _("Policy without a title")
    try:
        with transaction.atomic():
            policy = Policy.objects.create(slug=slug, title=title, owner=owner)
    except IntegrityError as error:
        raise BadPolicy(_("This short name is taken. Choose another.")) from error
    PolicyDraft.objects.create(
        policy=policy,
        text=text,
        source_text=like.source_text if like else "",
        examples=_written(like, slug) if like else "",
        saved_at=at,
        saved_by=by,
    )
    return policy


def draft_of(policy: Policy, *, by: "Person", at: datetime.datetime) -> PolicyDraft:
    """What is being worked on; where nothing is, a new draft that says what the newest version says."""
    last = policy.versions.order_by("-number").first()
    draft, _made = PolicyDraft.objects.get_or_create(
        policy=policy,
        defaults={
            "text": last.text if last else START.replace("{slug}", policy.slug),
            "source_text": last.source_text if last else "",
            "examples": _written(last, policy.slug) if last else "",
            "saved_at": at,
            "saved_by": by,
        },
    )
    return draft


@transaction.atomic
def save_draft(
    draft: PolicyDraft,
    *,
    text: str,
    source_text: str,
    examples: str,
    seen: str,
    by: "Person",
    at: datetime.datetime,
) -> PolicyDraft:
    """Keep what was written, sound or not. `seen` is the ISO moment of the draft that it was written over."""
    draft = PolicyDraft.objects.select_for_update().get(pk=draft.pk)
    if seen != draft.saved_at.isoformat() and draft.saved_by_id != by.pk:
        raise BadPolicy(
            _(
                "%(who)s has saved this draft since you opened it. Copy what you wrote, then open it again."
            )
            % {"who": draft.saved_by.name}
        )
    draft.text, draft.source_text, draft.examples = text, source_text, examples
    draft.saved_by, draft.saved_at = by, at
    draft.save()
    try:
        title = read_policy(text, policy_id=draft.policy.slug).title
    except PolicyError:
        return draft
    if not draft.policy.versions.exists():
        Policy.objects.filter(pk=draft.policy_id).update(title=title[:200])
    return draft


@transaction.atomic
def publish(
    policy: Policy, *, in_force_from: datetime.date, by: "Person", at: datetime.datetime
) -> PolicyVersion:
    """Make the draft the next version, in force from a day. Raises BadPolicy with what is missing.

    The rules are sound, every worked example comes out as it says, and a dry run of these very rules was made.
    """
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    draft = PolicyDraft.objects.select_for_update().filter(policy=policy).first()
    if draft is None:
        raise BadPolicy(_("There is no draft to publish."))
    last = policy.versions.order_by("-number").first()
    _check_day(last, in_force_from, day_of(at))
    examples = _checked(draft)
    says = (draft.text, draft.source_text, examples)
    if last and says == (last.text, last.source_text, last.examples):
        raise BadPolicy(_("The draft says what version %(number)s says.") % {"number": last.number})
    tried = DryRun.objects.filter(policy=policy, text=draft.text, result__isnull=False).first()
    if tried is None:
        raise BadPolicy(_("Try these rules on last year's record first: who gains, who loses."))
    version = add_version(
        policy,
        text=draft.text,
        source_text=draft.source_text,
        examples=examples,
        in_force_from=in_force_from,
        by=by,
        at=at,
        dry_run=tried.result,
    )
    draft.delete()
    return version


def _checked(draft: PolicyDraft) -> list[dict[str, object]]:
    try:
        rules = read_policy(draft.text, policy_id=draft.policy.slug)
        examples = read_examples(draft.examples)
    except (PolicyError, Malformed) as error:
        raise BadPolicy(_("The draft has a mistake. Put it right first.")) from error
    failed = [one.title for one in try_examples(rules, examples) if not one.passed]
    if failed:
        raise BadPolicy(
            _("Worked examples come out differently: %(titles)s") % {"titles": _("; ").join(failed)}
        )
    return examples


def _check_day(last: PolicyVersion | None, first: datetime.date, today: datetime.date) -> None:
    """A first version may begin in the past: the document may be old. A later one changes no day that is over."""
    if not datetime.date(1900, 1, 1) <= first <= datetime.date(2999, 12, 31):
        raise BadPolicy(_("Choose a day in the years 1900 to 2999."))
    if last is None:
        return
    if first < today:
        raise BadPolicy(_("A later version is in force from today at the earliest."))
    if first < last.in_force_from:
        raise BadPolicy(
            _("Version %(number)s is in force from %(day)s; the next one cannot begin earlier.")
            % {"number": last.number, "day": date_format(last.in_force_from, "Y-m-d")}
        )


def _written(version: PolicyVersion, slug: str) -> str:
    """A version's examples as text, asking about the policy `slug`."""
    if not version.examples:
        return ""
    examples = json.loads(json.dumps(version.examples))
    for example in examples:
        for part in ("scenario", "expect"):
            if "policy" in example[part]:
                example[part]["policy"] = slug
    return json.dumps(examples, ensure_ascii=False, indent=1)
