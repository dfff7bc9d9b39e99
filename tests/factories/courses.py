"""Courses, made by the acts that people use: a trainer submits, a moderator approves.

Activities are of the kind KIND, contributed by `registered_kind` (a fixture registers it): its refs are any words; one
with "draft" in it is not ready. What a person has done of a ref is kept in DONE.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from wagtail.blocks import CharBlock, DecimalBlock, StructBlock

from courses.domain.catalogue import Draft, Module, create_course, submit_course
from courses.models import CoursePage
from lms.api.credit import Hours
from lms.people.domain.groups import sync_groups
from lms.people.models import Person, Provider
from lms.plugins.hooks import Activity, ActivityFacts, ActivityKind, Progress, StepPlace
from lms.testing.factories import DutyFactory, PersonFactory, ProviderFactory

KIND = "tests.reading"
EVIDENCE = "tests.read"
DONE: dict[tuple[int, str], Decimal] = {}


def subject_of(ref: str) -> str:
    """The subject of evidence about a reading."""
    return f"tests.reading:{ref}"


def _describe(refs: Sequence[str]) -> Mapping[str, ActivityFacts]:
    return {
        ref: ActivityFacts(
            title=ref,
            subject=subject_of(ref),
            duration_s=600,
            study_s=5400,
            ready="draft" not in ref,
            problem="它还没准备好。" if "draft" in ref else "",
        )
        for ref in refs
        if "gone" not in ref
    }


def _progress(person: Any, refs: Sequence[str]) -> Mapping[str, Progress]:
    done = {ref: DONE.get((person.pk, ref), Decimal(0)) for ref in refs}
    return {
        ref: Progress(fraction=amount, done=amount == 1, words=f"读了 {amount}")
        for ref, amount in done.items()
    }


def _present(request: Any, ref: str, place: StepPlace) -> Activity:
    return Activity(template="lms/empty.html", context={"title": f"阅读 {ref}", "place_of": place})


READING = ActivityKind(
    key=KIND,
    label="阅读",
    icon="doc-full",
    evidence_kind=EVIDENCE,
    block=lambda: StructBlock([("ref", CharBlock()), ("minimum", DecimalBlock(default=1))]),
    describe=_describe,
    present=_present,
    progress=_progress,
    order=90,
)


@dataclass(frozen=True)
class House:
    """A provider with pages, its trainer and its moderator; their groups follow their duties."""

    provider: Provider
    trainer: Person
    moderator: Person


def make_house(name: str = "京师学前") -> House:
    """A new provider with its people."""
    from courses.domain.catalogue import ensure_provider_page

    provider = ProviderFactory(name=name)
    ensure_provider_page(provider)
    return House(
        provider=provider,
        trainer=someone(provider, "trainer"),
        moderator=someone(provider, "moderator"),
    )


def someone(provider: Provider, *kinds: str, name: str = "") -> Person:
    """A person with duties for a provider, in the groups that follow from them."""
    person = PersonFactory(**({"name": name} if name else {}))
    for kind in kinds:
        DutyFactory(person=person, kind=kind, provider=provider)
    sync_groups(person, timezone.localdate())
    return person


def module(ref: str = "一", title: str = "", minimum: str = "1") -> Module:
    """A reading."""
    return Module(kind=KIND, ref=ref, title=title or f"读{ref}", minimum=Decimal(minimum))


def draft(title: str = "师德师风：与幼儿说话的分寸", **changes: Any) -> Draft:
    """A course of two readings, two hours."""
    ref = uuid.uuid4().hex[:6]
    said = {
        "title": title,
        "summary": "说话之前先蹲下来。",
        "hours": Hours(200),
        "modules": [module(f"{ref}a"), module(f"{ref}b")],
    }
    return Draft(**(said | changes))


def submitted(house: House, **changes: Any) -> CoursePage:
    """A course that waits for review."""
    return submit_course(trainer=house.trainer, provider=house.provider, draft=draft(**changes))


def published(house: House, **changes: Any) -> CoursePage:
    """A course in the catalogue."""
    return create_course(
        trainer=house.trainer,
        moderator=house.moderator,
        provider=house.provider,
        draft=draft(**changes),
    )
