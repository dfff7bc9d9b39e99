"""The catalogue's tree, and courses made by code through the acts that people use."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import LogContext
from wagtail.models import Page, Site

from courses.domain.examine import problems_of
from courses.enums import Audience, HourLength
from courses.errors import NotReady
from courses.models.pages import CataloguePage, CoursePage, ProviderPage
from lms.api.activities import block_name
from lms.api.credit import Form, Hours, Level, Purpose, Theme
from lms.api.people import provision_provider

if TYPE_CHECKING:
    from lms.api.people import Person, Provider


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module: its ActivityKind's key, the thing's public id, and the fraction (0 to 1) that completes it."""

    kind: str
    ref: str
    title: str
    minimum: Decimal


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a trainer fills in."""

    title: str
    summary: str
    hours: Hours
    modules: Sequence[Module]
    description: str = ""
    form: Form = Form.REMOTE
    level: Level = Level.COUNTY
    themes: Sequence[Theme] = ()
    purpose: Purpose = Purpose.IN_SERVICE
    minutes_per_hour: int = HourLength.MINUTES_45
    offscreen_minutes: int = 0
    audience: Sequence[Audience] = (Audience.TEACHER,)
    is_required: bool = False
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def ensure_catalogue() -> CataloguePage:
    """The catalogue's page, made where it is missing."""
    catalogue = CataloguePage.objects.first()
    if catalogue is None:
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        parent = site.root_page if site else Page.get_first_root_node()
        if site and not site.site_name:
            # Wagtail's admin would call the site by its host, "localhost".
            site.site_name = settings.SITE_NAME
            site.save(update_fields=["site_name"])
        catalogue = parent.add_child(instance=CataloguePage(title="课程", slug="courses"))
    return catalogue


@transaction.atomic
def ensure_provider_page(provider: "Provider") -> ProviderPage:
    """The page above a provider's courses with its groups and its review, made where they are missing."""
    page = ProviderPage.objects.filter(provider=provider).first()
    if page is None:
        catalogue = CataloguePage.objects.get(pk=ensure_catalogue().pk)
        page = catalogue.add_child(
            instance=ProviderPage(title=provider.name, slug=provider.slug, provider=provider)
        )
        provision_provider(provider=provider, page=page)
    return page


@transaction.atomic
def create_course(
    *, trainer: "Person", moderator: "Person", provider: "Provider", draft: Draft
) -> CoursePage:
    """Build, submit and publish a course as its trainer and its moderator would. Raises NotReady or OwnCourse."""
    course = submit_course(trainer=trainer, provider=provider, draft=draft)
    return approve_course(moderator=moderator, course=course)


@transaction.atomic
def submit_course(*, trainer: "Person", provider: "Provider", draft: Draft) -> CoursePage:
    """Build a course and hand it in for review. Raises NotReady."""
    parent = ensure_provider_page(provider)
    course = CoursePage(
        **{name: value for name, value in vars(draft).items() if name not in ("hours", "modules")},
        slug=_free_slug(parent, draft.title),
        hundredths=draft.hours.hundredths,
        modules=[_block(module) for module in draft.modules],
        owner=trainer,
        live=False,
    )
    course.themes, course.audience = list(draft.themes), list(draft.audience)
    with LogContext(user=trainer):
        parent.add_child(instance=course)
        if problems := problems_of(course, timezone.localdate()):
            raise NotReady(problems)
        course.save_revision(user=trainer, log_action=True)
        course.get_workflow().start(course, trainer)
    return CoursePage.objects.get(pk=course.pk)


@transaction.atomic
def approve_course(*, moderator: "Person", course: CoursePage) -> CoursePage:
    """Approve what waits for review, which publishes it. Raises NotReady, or PermissionDenied for its own maker."""
    with LogContext(user=moderator):
        state = course.current_workflow_task_state
        state.task.specific.on_action(state, moderator, "approve")
    return CoursePage.objects.get(pk=course.pk)


def _block(module: Module) -> dict[str, Any]:
    activity = {"ref": module.ref, "minimum": str(module.minimum)}
    return {
        "type": block_name(module.kind),
        "value": {"title": module.title, "activity": activity},
        "id": str(uuid.uuid4()),
    }


def _free_slug(parent: Page, title: str) -> str:
    wanted = slugify(title, allow_unicode=True)[:80] or "course"
    taken = set(parent.get_children().values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
