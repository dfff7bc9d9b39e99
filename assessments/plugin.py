"""All that the assessments plugin contributes."""

from django.utils.translation import gettext_lazy as _

from assessments import access, activity, demo, personal_data
from assessments.blocks import quiz_block
from assessments.domain.evidence import KIND
from assessments.kinds.base import kinds
from assessments.kinds.installed import KINDS
from lms.api.hooks import (
    ActivityKind,
    DemoActivity,
    DemoPart,
    EvidenceKind,
    PermissionRow,
    PersonalData,
    Registry,
    SubjectAccess,
    Who,
)


def register(registry: Registry) -> None:
    """Add the contributions."""
    kinds.add(*KINDS)
    registry.add(
        ActivityKind(
            key="assessments.quiz",
            label=_("Quiz"),
            icon="tick-inverse",
            evidence_kind=KIND,
            block=quiz_block,
            describe=activity.describe,
            present=activity.present,
            progress=activity.progress,
            choosable=activity.choosable,
            order=20,
        ),
        DemoPart(key="assessments.demo", load=demo.load, order=-10),
        DemoActivity(key="assessments.quiz", do=demo.do),
        EvidenceKind(key=KIND, label=_("Quiz"), template="assessments/evidence.html"),
        SubjectAccess(key="assessments.paper", may_use=access.may_use),
        PersonalData(
            key="assessments.attempts", export=personal_data.export, erase=personal_data.erase
        ),
        PermissionRow(key="assessments:start", who=(Who.SIGNED_IN,), foreign="paper"),
        PermissionRow(key="assessments:attempt", who=(Who.SIGNED_IN,), foreign="attempt"),
        PermissionRow(key="assessments:save", who=(Who.SIGNED_IN,), foreign="attempt"),
    )
