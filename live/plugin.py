"""All that the live plugin contributes."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.api.hooks import (
    ActivityKind,
    BodyLimit,
    Chore,
    DemoPart,
    Device,
    EvidenceKind,
    HomePanel,
    HttpMount,
    NavItem,
    PermissionRow,
    PersonalData,
    Registry,
    SocketRoute,
    SubjectAccess,
    Traces,
    Who,
)


def _later(path: str) -> Any:
    """A function by its dotted name: models cannot be imported while plugins register."""
    module, name = path.rsplit(".", 1)

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(module), name)(*args, **kwargs)

    return call


def register(registry: Registry) -> None:
    """Add the contributions."""
    trainer = (Who.TRAINER,)
    registry.add(
        NavItem(
            key="live.lessons",
            label=pgettext_lazy("place", "Live lessons"),
            url_name="live:lessons",
            icon="live",
            order=35,
            visible=_later("live.rules.goes_to_lessons"),
        ),
        NavItem(
            key="live.lessons_aside",
            label=pgettext_lazy("place", "Live lessons"),
            url_name="live:lessons",
            icon="live",
            order=35,
            visible=_later("live.rules.goes_aside_to_lessons"),
            aside=True,
        ),
        NavItem(
            key="live.words",
            label=_("Filtered words"),
            url_name="live:words",
            icon="shield",
            order=60,
            visible=_later("live.rules.keeps_words"),
            aside=True,
        ),
        HttpMount(key="live.hls", prefix="/live/hls/", application="live.streams.application"),
        SocketRoute(
            key="live.studio",
            route="live/studio/<uuid:lesson_id>/socket",
            application="live.consumers.studio.studio",
        ),
        Chore(key="live.slides", every_s=60, act=_later("live.domain.slides.sweep")),
        Chore(key="live.rehearsals", every_s=3600, act=_later("live.domain.store.discard_left")),
        Chore(key="live.small", every_s=600, act=_later("live.domain.small.forget")),
        SocketRoute(
            key="live.room",
            route="live/room/<uuid:lesson_id>/socket",
            application="live.consumers.room.room",
            signed=True,
        ),
        SocketRoute(
            key="live.near",
            route="live/near/<uuid:lesson_id>/socket",
            application="live.consumers.near.picture",
            signed=True,
        ),
        Chore(key="live.lines", every_s=3600, act=_later("live.domain.lines.forget")),
        Chore(key="live.reminders", every_s=60, act=_later("live.domain.notices.remind")),
        Chore(key="live.silence", every_s=60, act=_later("live.tasks.look_for_silence")),
        *(
            HomePanel(
                key=f"live.soon_{who.value}",
                order=5,
                for_=who,
                template="live/home_soon.html",
                context=_later("live.home.soon"),
            )
            for who in (Who.TEACHER, Who.TRAINER)
        ),
        Chore(key="live.signins", every_s=10, act=_later("live.tasks.ask_due_sign_ins")),
        SubjectAccess(key="live.provider", may_use=_later("live.queries.may_use_own")),
        PersonalData(
            key="live.lessons",
            export=_later("live.personal_data.export"),
            erase=_later("live.personal_data.erase"),
        ),
        PermissionRow(key="socket:live.studio", who=trainer),
        # Tickets are given by the pages live:watch and live:studio, and renewed by live:ticket.
        PermissionRow(key="socket:live.near", who=(Who.SIGNED_IN,)),
        PermissionRow(key="socket:live.room", who=(Who.SIGNED_IN,)),
        PermissionRow(key="live:ticket", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:lessons", who=(Who.SIGNED_IN,)),
        PermissionRow(key="live:schedule", who=trainer),
        PermissionRow(key="live:studio", who=trainer, foreign="lesson", uses=tuple(Device)),
        PermissionRow(key="live:plan", who=trainer, foreign="lesson"),
        PermissionRow(key="live:cancel", who=trainer, foreign="lesson"),
        PermissionRow(key="live:co_hosts", who=trainer, foreign="lesson"),
        PermissionRow(key="live:calendar", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:slides", who=trainer, foreign="lesson"),
        PermissionRow(key="live:key", who=trainer, foreign="lesson"),
        # A media server of the site's asks; the view asks for its secret or its address.
        PermissionRow(key="live:ingest-hook", who=(Who.PUBLIC,)),
        PermissionRow(key="live:files", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:file", who=(Who.SIGNED_IN,), foreign="handed_file"),
        PermissionRow(key="live:withdraw", who=(Who.SIGNED_IN,), foreign="handed_file"),
        PermissionRow(key="live:assistants", who=trainer, foreign="lesson"),
        PermissionRow(key="live:words", who=(Who.MODERATOR, Who.BUREAU)),
        PermissionRow(key="live:end", who=trainer, foreign="lesson"),
        # A learner may be asked on stage.
        PermissionRow(
            key="live:watch",
            who=(Who.SIGNED_IN,),
            foreign="lesson",
            uses=(Device.CAMERA, Device.MICROPHONE),
        ),
        PermissionRow(key="live:links", who=(Who.SIGNED_IN,), foreign="lesson"),
    )
    registry.add(*_counted())


def _counted() -> Iterator[Any]:
    """The lesson as a part of courses, and what it comes to."""
    staff = (Who.TRAINER, Who.MODERATOR)
    yield from (
        ActivityKind(
            key="live.lesson",
            label=_("Live lesson"),
            icon="media",
            evidence_kind="live.attended",
            united_with=("live.replayed",),
            block=_later("live.blocks.lesson_block"),
            describe=_later("live.activity.describe"),
            present=_later("live.activity.present"),
            progress=_later("live.activity.progress"),
            choosable=_later("live.queries.choosable"),
            order=10,
        ),
        EvidenceKind(
            key="live.attended", label=_("Live lesson attended"), template="live/evidence.html"
        ),
        EvidenceKind(
            key="live.replayed", label=_("Replay watched"), template="live/evidence_replay.html"
        ),
        Traces(
            key="live.presence",
            evidence_kind="live.attended",
            forget=_later("live.domain.forget.forget"),
            forget_before=_later("live.domain.forget.forget_before"),
        ),
        Traces(
            key="live.reports",
            evidence_kind="live.replayed",
            forget=_later("live.domain.forget.forget_reports"),
            forget_before=_later("live.domain.forget.forget_reports_before"),
        ),
        Chore(key="live.settle", every_s=10, act=_later("live.tasks.settle_what_is_due")),
        HomePanel(
            key="live.missed",
            order=8,
            for_=Who.TEACHER,
            template="live/home_missed.html",
            context=_later("live.home.missed"),
        ),
        DemoPart(key="live.lessons", load=_later("live.demo.load"), order=10),
        DemoPart(key="live.attended", load=_later("live.demo.attend"), order=40),
        PersonalData(
            key="live.attendance",
            export=_later("live.personal_data.export_attendance"),
            erase=_later("live.personal_data.erase_attendance"),
        ),
        BodyLimit(key="live.replayed", prefix="/live/replayed/", most_bytes=64 * 1024),
        PermissionRow(key="live:report", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:report-file", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:log", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:remind", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:outage", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:cut", who=(Who.TRAINER,), foreign="lesson"),
        PermissionRow(key="live:discuss", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live:replayed", who=(Who.SIGNED_IN,), foreign="lesson"),
        PermissionRow(key="live_lesson_chooser:choose", who=staff),
        PermissionRow(key="live_lesson_chooser:choose_results", who=staff),
        PermissionRow(key="live_lesson_chooser:chosen", who=staff, foreign="lesson_pk"),
        PermissionRow(key="live_lesson_chooser:chosen_multiple", who=staff),
    )
