"""All that this plugin contributes: one of each hook."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from wagtail.blocks import CharBlock, DecimalBlock, StructBlock

from lms.api.hooks import (
    Activity,
    ActivityFacts,
    ActivityKind,
    EvidenceKind,
    NavItem,
    PermissionRow,
    PersonalData,
    Progress,
    Registry,
    StepPlace,
    SubjectAccess,
    Who,
)


def block() -> StructBlock:
    """What a course says of a page: which one."""
    return StructBlock([("ref", CharBlock(label="Page")), ("minimum", DecimalBlock(default=1))])


def describe(refs: Sequence[str]) -> Mapping[str, ActivityFacts]:
    """Every page exists and takes a minute."""
    return {
        ref: ActivityFacts(
            title=f"Page {ref}", subject=f"sample_plugin.page:{ref}", duration_s=60, ready=True
        )
        for ref in refs
    }


def present(request: HttpRequest, ref: str, place: StepPlace) -> Activity:
    """The page's text."""
    return Activity(template="sample_plugin/reading.html", context={"text": f"Page {ref}"})


def progress(person: Any, refs: Sequence[str]) -> Mapping[str, Progress]:
    """Nobody has read anything yet."""
    return {ref: Progress(fraction=Decimal(0), done=False, words="Not read") for ref in refs}


def register(registry: Registry) -> None:
    """Add the contributions."""
    registry.add(
        ActivityKind(
            key="sample_plugin.reading",
            label="Reading",
            icon="doc-full",
            evidence_kind="sample_plugin.read",
            block=block,
            describe=describe,
            present=present,
            progress=progress,
        ),
        EvidenceKind(
            key="sample_plugin.read", label="Read", template="sample_plugin/evidence.html"
        ),
        NavItem(
            key="sample_plugin.about",
            label="Sample",
            url_name="sample_plugin:about",
            icon="courses",
            order=90,
            visible=lambda person: True,
        ),
        PermissionRow(key="sample_plugin:about", who=(Who.PUBLIC,)),
        SubjectAccess(key="sample_plugin.pages", may_use=lambda person, subject: False),
        PersonalData(
            key="sample_plugin.nothing", export=lambda person: {}, erase=lambda person: None
        ),
    )
