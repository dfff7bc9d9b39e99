"""Builders of other people's things, for the test that walks the permission table.

`BUILDERS[name]` takes the World it shall belong to and returns what the route's address needs: a dict of keyword
arguments, or a list of positional ones. A row `PermissionRow(..., foreign=name)` is then tried by everybody of
another World, who must get 403 or 404 (405 for the method the route does not know). Put MARK into titles: pages of
the admin that list things are searched for it.

`SAMPLES[route]` fills addresses that carry no object: a key of a link in a message, say.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from courses.domain.catalogue import Draft, Module, approve_course, submit_course
from courses.models import CoursePage
from live.domain.room.files import hand_out
from lms.credit.core.hours import Hours
from lms.credit.domain.confirm import confirm
from lms.credit.domain.drafts import draft_of
from lms.credit.domain.registration import begin
from lms.credit.domain.statements import issue_statement
from lms.people.domain.groups import sync_groups
from lms.people.domain.providers import provision_provider
from lms.people.models import Move, Organisation, Person, Provider
from lms.testing.claims import claimed
from lms.testing.credit import booked
from lms.testing.factories import (
    AccreditationFactory,
    DutyFactory,
    OrganisationFactory,
    PersonFactory,
    ProviderFactory,
    RoleSpellFactory,
    WitnessFactory,
)
from lms.testing.policies import assigned, published
from tests.factories.assessments import PaperFactory, begun
from tests.factories.live import LessonFactory
from tests.factories.media import AssetFactory, UploadFactory

MARK = "邻家"


@dataclass(frozen=True)
class World:
    """A bureau with a school, a provider with pages, and somebody for every role."""

    bureau: Organisation
    school: Organisation
    provider: Provider
    people: dict[str, Person]


def make_world(title: str, on: Any) -> World:
    """Everything new; `title` goes into the names that the admin shows."""
    school = OrganisationFactory(name=f"{title}幼儿园")
    provider = ProviderFactory(name=f"{title}机构")
    home = Page.objects.get(depth=2)
    page = home.add_child(instance=Page(title=f"{title}课程", slug=provider.slug, live=True))
    provision_provider(provider=provider, page=page)
    people = {
        "nobody": PersonFactory(name=f"{title}访客"),
        "teacher": RoleSpellFactory(
            organisation=school, person=PersonFactory(name=f"{title}教师")
        ).person,
        "trainer": _with_duty(f"{title}培训者", kind="trainer", provider=provider),
        "verifier": _with_duty(f"{title}审核人", kind="verifier", organisation=school),
        "moderator": _with_duty(f"{title}课审", kind="moderator", provider=provider),
        "bureau": _with_duty(f"{title}管理员", kind="bureau_admin", organisation=school.get_root()),
    }
    for person in people.values():
        sync_groups(person, on)
    return World(bureau=school.get_root(), school=school, provider=provider, people=people)


def _with_duty(name: str, **duty: Any) -> Person:
    return DutyFactory(person=PersonFactory(name=name), **duty).person


def draft_page(world: World) -> list[str]:
    """A page of the provider that is not published."""
    assert world.provider.page is not None
    page = world.provider.page.add_child(
        instance=Page(title=f"{MARK}草稿", slug="draft", live=False)
    )
    return [page.url_path.removeprefix(Page.objects.get(depth=2).url_path)]


def asset_of_no_course(world: World) -> dict[str, Any]:
    """A video of the provider that no course shows."""
    return {"asset_id": AssetFactory(provider=world.provider, title=f"{MARK}视频").pk}


def asset_of_another_provider(world: World) -> dict[str, Any]:
    """The same: its state and its page are for the provider's trainers and moderators."""
    return asset_of_no_course(world)


def asset_of_another_provider_pk(world: World) -> list[str]:
    """The same, as the chooser names it."""
    return [str(asset_of_no_course(world)["asset_id"])]


def upload_of_another_provider(world: World) -> dict[str, Any]:
    """A file that the provider's trainer is sending."""
    return {"upload_id": UploadFactory(asset__provider=world.provider).pk}


def paper(world: World) -> dict[str, Any]:
    """A quiz of the provider, that nobody else is enrolled for."""
    return {"paper_id": PaperFactory(provider=world.provider, title=f"{MARK}测验").pk}


def attempt(world: World) -> dict[str, Any]:
    """A teacher's attempt at a quiz."""
    made = PaperFactory(provider=world.provider, title=f"{MARK}测验")
    return {"attempt_id": begun(world.people["teacher"], made).pk}


def document(world: World) -> list[Any]:
    """A document in the provider's collection."""
    file = ContentFile(b"foreign", name="foreign.txt")
    made = get_document_model().objects.create(
        title=f"{MARK}文档", file=file, collection=world.provider.collection
    )
    return [made.pk, made.filename]


def _course(world: World, *, publish: bool) -> CoursePage:
    film = AssetFactory(provider=world.provider, title=f"{MARK}视频")
    module = Module(kind="media.video", ref=str(film.pk), title=MARK, minimum=Decimal("0.9"))
    draft = Draft(
        title=f"{MARK}课程",
        summary=MARK,
        hours=Hours(100),
        offscreen_minutes=45,
        modules=[module],
    )
    trainer, moderator = world.people["trainer"], world.people["moderator"]
    course = submit_course(trainer=trainer, provider=world.provider, draft=draft)
    return approve_course(moderator=moderator, course=course) if publish else course


def unpublished_course(world: World) -> dict[str, Any]:
    """A course that waits for its review."""
    return {"key": _course(world, publish=False).key}


def course(world: World) -> dict[str, Any]:
    """A course of the catalogue, in which nobody is enrolled."""
    return {"key": _course(world, publish=True).key}


def course_step(world: World) -> dict[str, Any]:
    """A step of the same."""
    made = _course(world, publish=True)
    return {"key": made.key, "step": made.versions.get().steps[0].key}


def booking(world: World) -> dict[str, Any]:
    """Hours of a teacher, that wait for the school."""
    return {"public_id": booked(world.people["teacher"], title=f"{MARK}课程").id}


def flag(world: World) -> dict[str, Any]:
    """A question about a teacher's evidence."""
    entry = booked(
        world.people["teacher"], title=f"{MARK}课程", flags={"media.two-devices": {"turns": 3}}
    )
    return {"public_id": entry.flags[0].public_id}


def claim(world: World) -> dict[str, Any]:
    """Hours of a training elsewhere, claimed by a teacher."""
    return {"public_id": claimed(world.people["teacher"], title=f"{MARK}培训").public_id}


def claim_proof(world: World) -> dict[str, Any]:
    """The photo that proves it."""
    made = claimed(world.people["teacher"], title=f"{MARK}培训")
    return {"public_id": made.public_id, "proof_id": made.proofs.get().public_id}


def confirmed_booking(world: World) -> dict[str, Any]:
    """Hours of a teacher, that have a certificate."""
    entry = booked(world.people["teacher"], title=f"{MARK}课程")
    confirm(verifier=world.people["verifier"], bookings=[entry.id], at=timezone.now())
    return {"public_id": entry.id}


def policy_of_a_bureau(world: World) -> dict[str, Any]:
    """A bureau's own policy, published and being worked on."""
    slug = f"bureau-{world.bureau.pk}"
    version = published(slug, owner=world.bureau, title=f"{MARK}办法")
    draft_of(version.policy, by=world.people["bureau"], at=timezone.now())
    return {"slug": slug}


def assignment_of_a_policy(world: World) -> dict[str, Any]:
    """Where it holds; one for each time it is asked for."""
    slug = policy_of_a_bureau(world)["slug"]
    place = OrganisationFactory(kind="district", parent=world.bureau, name=f"{MARK}学区")
    return {"pk": assigned(slug, place).pk}


def lesson(world: World) -> dict[str, Any]:
    """A live lesson of the provider, in no course."""
    made = LessonFactory(
        provider=world.provider, trainer=world.people["trainer"], duty=None, title=f"{MARK}直播"
    )
    return {"lesson_id": made.pk}


def lesson_pk(world: World) -> list[str]:
    """The same, as the chooser names it."""
    return [str(lesson(world)["lesson_id"])]


def handed_file(world: World) -> dict[str, Any]:
    """A file that was handed out in one."""
    named = lesson(world)
    made = hand_out(
        lesson_id=named["lesson_id"],
        upload=SimpleUploadedFile(f"{MARK}.pdf", b"%PDF-1.7"),
        by_id=world.people["trainer"].pk,
        at=timezone.now(),
    )
    return named | {"file_id": made.pk}


def teacher(world: World) -> dict[str, Any]:
    """Somebody of the school."""
    return {"public_id": world.people["teacher"].public_id}


def statement(world: World) -> dict[str, Any]:
    """A statement of a teacher's hours."""
    person, now = world.people["teacher"], timezone.now()
    booked(person, title=f"{MARK}课程")
    issued = issue_statement(
        person,
        first=datetime.date(2026, 1, 1),
        last=datetime.date(2026, 12, 31),
        known_on=timezone.localdate(now),
        at=now,
    )
    return {"code": issued.code}


def school(world: World) -> dict[str, Any]:
    """A school, whose book it is."""
    return {"public_id": world.school.public_id}


def register_run(world: World) -> dict[str, Any]:
    """What a bureau's administrator asked to register."""
    run = begin(officer=world.people["bureau"], schools=[], period=None, at=timezone.now())
    return {"public_id": run.public_id}


def move(world: World) -> dict[str, Any]:
    """A teacher whom the bureau has let go to a district's school, and nobody has taken yet."""
    made = Move.objects.create(
        person=world.people["teacher"], origin=world.school, target=world.bureau,
        on=timezone.localdate(), by=world.people["bureau"], at=timezone.now(),
    )  # fmt: skip
    return {"public_id": made.public_id}


def teacher_and_rule(world: World) -> dict[str, Any]:
    """The same, with a requirement of their policy."""
    return teacher(world) | {"requirement": "year-total"}


BUILDERS: dict[str, Callable[[World], dict[str, Any] | list[Any]]] = {
    "assignment_of_a_policy": assignment_of_a_policy,
    "asset_of_another_provider": asset_of_another_provider,
    "asset_of_another_provider_pk": asset_of_another_provider_pk,
    "asset_of_no_course": asset_of_no_course,
    "attempt": attempt,
    "booking": booking,
    "confirmed_booking": confirmed_booking,
    "claim": claim,
    "claim_proof": claim_proof,
    "document": document,
    "flag": flag,
    "course": course,
    "course_step": course_step,
    "draft_page": draft_page,
    "move": move,
    "handed_file": handed_file,
    "lesson": lesson,
    "lesson_pk": lesson_pk,
    "paper": paper,
    "register_run": register_run,
    "school": school,
    "policy_of_a_bureau": policy_of_a_bureau,
    "statement": statement,
    "teacher": teacher,
    "unpublished_course": unpublished_course,
    "teacher_and_rule": teacher_and_rule,
    "upload_of_another_provider": upload_of_another_provider,
}

SAMPLES: dict[str, dict[str, Any]] = {
    "account_confirm_email": {"key": "x-y"},
    "standing-rule": {"requirement": "year-total"},
    "policy": {"slug": "wenzhou-2012"},
    "policy-version": {"slug": "wenzhou-2012", "number": 1},
    "check-code": {"code": "0000-0000-0000-0000"},
    "checkpoint-file": {"size": 0},
    "badge-status": {"purpose": "revocation", "number": 0},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "wagtailadmin_password_reset_confirm": {"uidb64": "MQ", "token": "x"},
    "wagtaildocs_authenticate_with_password": {"restriction_id": 1},
    "wagtailcore_authenticate_with_password": {"page_view_restriction_id": 1, "page_id": 1},
}

# What "pk" is in a plugin's part of the admin, by the namespace of its viewsets: a builder of the thing's key.
ADMIN_KEYS: dict[str, Callable[[World], Any]] = {
    "accreditation": lambda world: (
        AccreditationFactory(provider=world.provider, bureau=world.bureau).pk
    ),
    "organisation": lambda world: world.school.pk,
    "provider": lambda world: world.provider.pk,
    "rolespell": lambda world: world.people["teacher"].role_spells.get().pk,
    "duty": lambda world: world.people["verifier"].duties.get().pk,
    "witness": lambda world: WitnessFactory(organisation=world.school).pk,
    "assessments_paper": lambda world: paper(world)["paper_id"],
    "assessments_paper_chooser": lambda world: paper(world)["paper_id"],
}
