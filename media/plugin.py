"""All that the media plugin contributes."""

from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from lms.api.hooks import (
    ActivityKind,
    BodyLimit,
    DemoActivity,
    DemoPart,
    EvidenceKind,
    HttpMount,
    PermissionRow,
    PersonalData,
    Registry,
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
    staff = (Who.TRAINER, Who.MODERATOR)
    registry.add(
        ActivityKind(
            key="media.video",
            label=_("Video"),
            icon="media",
            evidence_kind="media.watched",
            block=_later("media.blocks.asset_block"),
            describe=_later("media.activity.describe"),
            present=_later("media.activity.present"),
            progress=_later("media.activity.progress"),
            choosable=_later("media.queries.choosable"),
        ),
        EvidenceKind(key="media.watched", label=_("Video watched"), template="media/evidence.html"),
        *import_module("media.flag_words").KINDS,
        PersonalData(
            key="media.watching",
            export=_later("media.personal_data.export"),
            erase=_later("media.personal_data.erase"),
        ),
        Traces(
            key="media.reports",
            evidence_kind="media.watched",
            forget=_later("media.domain.forget.forget"),
            forget_before=_later("media.domain.forget.forget_before"),
        ),
        DemoPart(key="media.demo", load=_later("media.demo.load"), order=-20),
        DemoActivity(key="media.video", do=_later("media.demo.do")),
        HttpMount(key="media.hls", prefix="/media/hls/", application="media.streams.application"),
        BodyLimit(key="media.report", prefix="/media/report/", most_bytes=64 * 1024),
        BodyLimit(key="media.piece", prefix="/media/uploads/", most_bytes=8 * 2**20),
        SubjectAccess(key="media.provider", may_use=_later("media.queries.may_use_own")),
        PermissionRow(key="media:watch", who=staff, foreign="asset_of_another_provider"),
        PermissionRow(key="media:report", who=(Who.SIGNED_IN,), foreign="asset_of_no_course"),
        PermissionRow(key="media:links", who=(Who.SIGNED_IN,), foreign="asset_of_no_course"),
        PermissionRow(key="media:progress", who=staff, foreign="asset_of_another_provider"),
        PermissionRow(key="media:begin_upload", who=(Who.TRAINER,)),
        PermissionRow(
            key="media:upload_piece", who=(Who.TRAINER,), foreign="upload_of_another_provider"
        ),
        PermissionRow(key="media_admin:index", who=staff),
        PermissionRow(key="media_admin:upload", who=(Who.TRAINER,)),
        PermissionRow(key="media_admin:video", who=staff, foreign="asset_of_another_provider"),
        PermissionRow(key="media_asset_chooser:choose", who=staff),
        PermissionRow(key="media_asset_chooser:choose_results", who=staff),
        PermissionRow(
            key="media_asset_chooser:chosen", who=staff, foreign="asset_of_another_provider_pk"
        ),
        PermissionRow(key="media_asset_chooser:chosen_multiple", who=staff),
        PermissionRow(key="media_asset_chooser:create", who=staff),
    )
