"""What a plugin may contribute."""

from lms.plugins.hooks import (
    Activity,
    ActivityFacts,
    ActivityKind,
    DemoActivity,
    DemoPart,
    EvidenceKind,
    HomePanel,
    NavItem,
    NextActivity,
    NextStep,
    PermissionRow,
    PersonalData,
    Progress,
    StepPlace,
    SubjectAccess,
    Who,
)
from lms.plugins.registry import Registry

__all__ = [
    "Activity",
    "ActivityFacts",
    "ActivityKind",
    "DemoActivity",
    "DemoPart",
    "EvidenceKind",
    "HomePanel",
    "NavItem",
    "NextActivity",
    "NextStep",
    "PermissionRow",
    "PersonalData",
    "Progress",
    "Registry",
    "StepPlace",
    "SubjectAccess",
    "Who",
]
