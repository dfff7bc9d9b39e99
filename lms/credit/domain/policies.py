"""Which policy holds for whom on a day, and the policies that come with the platform."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from lms.credit.core.examples import read_examples, try_examples
from lms.credit.core.fields import Malformed
from lms.credit.core.lines import day_of
from lms.credit.core.periods import cycle_of, year_of
from lms.credit.core.policy import SHIPPED, read_policy, text_of
from lms.credit.core.policy_rules import HourUnit, strictest
from lms.credit.core.policy_rules import Policy as Rules
from lms.credit.core.policy_table import PolicyError
from lms.credit.models.policy import (
    FROM_EVER,
    Policy,
    PolicyAssignment,
    PolicyVersion,
)
from lms.people.models.organisations import Accreditation, Organisation
from lms.people.queries import roles_of, school_of

if TYPE_CHECKING:
    from lms.people.models.organisations import Provider
    from lms.people.models.person import Person


@lru_cache(maxsize=256)
def _read(slug: str, text: str) -> Rules:
    return read_policy(text, policy_id=slug)


def rules_of(version: PolicyVersion) -> Rules:
    """What a published version says, as the engine takes it; read once a process."""
    return _read(version.policy.slug, version.text)


def is_read(digest: str) -> bool:
    """Whether this process knows the rules of the version with this digest."""
    return digest in _BY_DIGEST


def rules_by_pk(digests: Mapping[int, str]) -> dict[int, Rules]:
    """The rules of versions known by key and digest; asks the database for those that this process has not read yet."""
    missing = [pk for pk, digest in digests.items() if digest not in _BY_DIGEST]
    if missing:
        for version in PolicyVersion.objects.filter(pk__in=missing).select_related("policy"):
            _BY_DIGEST[version.digest] = rules_of(version)
    return {pk: _BY_DIGEST[digest] for pk, digest in digests.items()}


_BY_DIGEST: dict[str, Rules] = {}
"""Published versions never change, and there are few: kept as long as the process lives."""


def policy_for(whose: "Person | Organisation", on: datetime.date) -> PolicyVersion | None:
    """The version that holds for a person or an organisation that day.

    The nearest organisation up the tree with an assignment that day decides; a person's is their school's.
    """
    place = whose if isinstance(whose, Organisation) else _place_of(whose, on)
    return policies_for([place.pk], on).get(place.pk) if place else None


def policies_for(organisations: Collection[int], on: datetime.date) -> dict[int, PolicyVersion]:
    """The version that holds at each of these organisations (by key) that day, if any; three queries."""
    paths = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "path"))
    above = {prefix for path in paths.values() for prefix in _ancestors(path)}
    assigned = dict(
        PolicyAssignment.objects.on(on)
        .filter(organisation__path__in=above)
        .values_list("organisation__path", "policy")
    )
    versions = versions_on(set(assigned.values()), on)
    found = {}
    for pk, path in paths.items():
        nearest = next((one for one in _ancestors(path) if one in assigned), None)
        if nearest and assigned[nearest] in versions:
            found[pk] = versions[assigned[nearest]]
    return found


def versions_on(policies: Collection[int], on: datetime.date) -> dict[int, PolicyVersion]:
    """Of each policy (by key) the newest version in force that day."""
    newest = (
        PolicyVersion.objects.filter(policy__in=policies, in_force_from__lte=on)
        .select_related("policy")
        .order_by("policy_id", "-number")
        .distinct("policy_id")
    )
    return {version.policy_id: version for version in newest}


def a_period_ends(on: datetime.date) -> bool:
    """Whether a year or a cycle of a policy that holds somewhere ends with this day."""
    assigned = set(PolicyAssignment.objects.on(on).values_list("policy", flat=True))
    for version in versions_on(assigned, on).values():
        calendar = rules_of(version).calendar
        ends = []
        if calendar.year_from:
            ends.append(year_of(*calendar.year_from, on).last)
        if calendar.anchor:
            ends.append(cycle_of(calendar.anchor, calendar.cycle_years, on).last)
        if on in ends:
            return True
    return False


def hour_unit_for(whose: "Organisation | Provider", on: datetime.date) -> HourUnit:
    """How long an hour is that day: at an organisation, or for the bureaus that accredit a provider.

    Of several bureaus with different hours the strictest holds, so that no bureau counts more than it allows.
    """
    places = [whose] if isinstance(whose, Organisation) else _accrediting(whose, on)
    units = [
        rules_of(version).hour
        for version in policies_for([place.pk for place in places], on).values()
    ]
    return strictest(units)


def load_shipped(*, at: datetime.datetime, folder: Path = SHIPPED) -> list[PolicyVersion]:
    """Publish the policies that come with the platform: those that are new, and those whose files have changed.

    A file `ID.toml` has beside it the paragraphs it quotes, `ID.txt`, and worked examples, `ID.json`. A first version
    is in force from ever, a changed file's from today. Raises PolicyError, also where the worked examples cannot be
    read or come out differently.
    """
    return [
        version
        for file in sorted(folder.glob("*.toml"))
        if (version := _load(file, at=at)) is not None
    ]


def add_version(
    policy: Policy,
    *,
    text: str,
    source_text: str,
    examples: list[dict[str, Any]],
    in_force_from: datetime.date,
    by: "Person | None",
    at: datetime.datetime,
    dry_run: dict[str, Any] | None = None,
) -> PolicyVersion:
    """The next version of a policy, never to be changed. The caller holds the policy's row and has checked it all."""
    rules = read_policy(text, policy_id=policy.slug)
    last = policy.versions.order_by("-number").first()
    version = PolicyVersion(
        policy=policy,
        number=last.number + 1 if last else 1,
        text=text,
        source_text=source_text,
        examples=examples,
        in_force_from=in_force_from,
        published_by=by,
        published_at=at,
        dry_run=dry_run,
    )
    version.digest = version.content_digest()
    version.save(force_insert=True)
    Policy.objects.filter(pk=policy.pk).update(title=rules.title)
    return version


@transaction.atomic
def _load(file: Path, *, at: datetime.datetime) -> PolicyVersion | None:
    text = text_of(file)
    rules = read_policy(text, policy_id=file.stem)
    Policy.objects.get_or_create(slug=file.stem, defaults={"title": rules.title})
    policy = Policy.objects.select_for_update().get(slug=file.stem)
    if policy.owner_id is not None:
        # A bureau had this name first: its policy stays what it is.
        return None
    says: dict[str, Any] = {
        "text": text,
        "source_text": _beside(file, ".txt"),
        "examples": _examples_beside(file),
    }
    last = policy.versions.order_by("-number").first()
    if last and all(getattr(last, name) == value for name, value in says.items()):
        return None
    if failed := [one.title for one in try_examples(rules, says["examples"]) if not one.passed]:
        raise PolicyError(
            f"{file.stem}.json", "", "come out differently: %(titles)s", titles="; ".join(failed)
        )
    first_day = day_of(at) if last else FROM_EVER
    return add_version(policy, **says, in_force_from=first_day, by=None, at=at)


def _examples_beside(file: Path) -> list[dict[str, Any]]:
    try:
        return read_examples(_beside(file, ".json"))
    except Malformed as wrong:
        raise PolicyError(
            f"{file.stem}.json", wrong.path, wrong.template, **wrong.params
        ) from wrong


def _beside(file: Path, suffix: str) -> str:
    other = file.with_suffix(suffix)
    return text_of(other) if other.exists() else ""


def _place_of(person: "Person", on: datetime.date) -> Organisation | None:
    roles = roles_of(person, on)
    return school_of(person, on) or (roles[0].organisation if roles else None)


def _ancestors(path: str) -> Iterable[str]:
    """The paths of an organisation and those above it, itself first."""
    return (path[:end] for end in range(len(path), 0, -Organisation.steplen))


def _accrediting(provider: "Provider", on: datetime.date) -> list[Organisation]:
    accreditations = Accreditation.objects.on(on).filter(provider=provider)
    return [one.bureau for one in accreditations.select_related("bureau")]
