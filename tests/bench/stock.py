"""What a measured site holds: a catalogue, learners, and the address each learner's player reports to.

Called in a process of the product (`Place.python`); everything is made by the acts that people use, but the films,
which are rows without files: no measurement here plays them.
"""

import datetime
from decimal import Decimal

from django.utils import timezone
from wagtail.models import Page, Site

from courses.domain.catalogue import Draft, Module, create_course
from courses.domain.enrol import enrol
from courses.models import CoursePage
from lms.api.credit import Hours
from lms.people.domain.groups import sync_groups
from lms.people.enums import DutyKind
from lms.people.models import Duty, Person, Provider
from media.domain import playback, watching
from media.enums import AssetState
from media.models import Asset

AN_HOUR_MS = 3_600_000
FIRST_DAY = datetime.date(2020, 9, 1)


def fill(courses: int) -> list[CoursePage]:
    """A provider with published courses of two films of an hour each."""
    provider = Provider.objects.create(name="京师学前教育研究院", slug="bench")
    trainer = _on_duty("Trainer", DutyKind.TRAINER, provider)
    moderator = _on_duty("Moderator", DutyKind.MODERATOR, provider)
    return [
        create_course(
            trainer=trainer,
            moderator=moderator,
            provider=provider,
            draft=Draft(
                title=f"区域活动中的观察与支持（{number}）",
                summary="看见孩子在做什么，再决定放什么、说什么。",
                hours=Hours(200),
                modules=[_module(provider, trainer, title) for title in ("观察", "支持")],
            ),
        )
        for number in range(courses)
    ]


def take(course: CoursePage, people: list[int]) -> None:
    """Enrol them."""
    for person in Person.objects.filter(pk__in=people):
        enrol(person=person, course=course, at=timezone.now())


def report_paths(people: list[int]) -> list[str]:
    """Open the player of one film for each of them, as its page does, and say where it reports to."""
    at, asset = timezone.now(), Asset.objects.order_by("created_at").first()
    found = Person.objects.in_bulk(people)
    for pk in people:
        watching.open_player(person=found[pk], asset=asset, at=at)
    return [playback.report_url(asset, found[pk], at=at) for pk in people]


def _on_duty(name: str, kind: DutyKind, provider: Provider) -> Person:
    person = Person.objects.create_user(name=name)
    Duty.objects.create(person=person, kind=kind, provider=provider, from_on=FIRST_DAY)
    sync_groups(person, timezone.localdate())
    return person


def _module(provider: Provider, trainer: Person, title: str) -> Module:
    asset = Asset.objects.create(
        title=title,
        provider=provider,
        uploaded_by=trainer,
        created_at=timezone.now(),
        state=AssetState.READY,
        duration_ms=AN_HOUR_MS,
        build="0123456789ab",
    )
    return Module(kind="media.video", ref=str(asset.pk), title=title, minimum=Decimal("0.9"))


def bare_page() -> str:
    """The address of a page of Wagtail's own type, in the shell that all pages have (templates/wagtailcore/)."""
    root = Site.objects.get(is_default_site=True).root_page
    return root.add_child(instance=Page(title="一页", slug="bench")).url
