"""What learners take, and who takes it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.api.credit import Hours
from lms.api.models import AppendOnly


@dataclass(frozen=True, kw_only=True)
class Step:
    """A module as it was published. `minimum` is the fraction (0 to 1) that completes it."""

    key: str
    kind: str
    ref: str
    title: str
    minimum: Decimal
    subject: str
    duration_s: int | None

    def as_data(self) -> dict[str, Any]:
        """What is kept in the version."""
        return self.__dict__ | {"minimum": format(self.minimum.normalize(), "f")}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Step":
        """A step as it was kept."""
        return cls(**(data | {"minimum": Decimal(data["minimum"])}))


class CourseVersion(AppendOnly):
    """A course as it was published once. Learners and the ledger read only this; nothing changes it."""

    course = models.ForeignKey(
        "courses.CoursePage",
        verbose_name=_("course"),
        on_delete=models.PROTECT,
        related_name="versions",
    )
    number = models.PositiveIntegerField(_("version"))
    revision = models.PositiveBigIntegerField(_("Wagtail's revision"))
    title = models.CharField(_("title"), max_length=255)
    hundredths = models.PositiveIntegerField(_("credit hours"))
    minutes_per_hour = models.PositiveSmallIntegerField(_("length of an hour"))
    offscreen_minutes = models.PositiveIntegerField(_("off-screen study (minutes)"), default=0)
    steps_data = models.JSONField(_("steps"))
    training_number = models.PositiveIntegerField(_("version of the training"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("version of a course")
        verbose_name_plural = _("versions of courses")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["course", "number"], name="course_number_unique"),
            models.UniqueConstraint(fields=["course", "revision"], name="course_revision_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def hours(self) -> Hours:
        """What completing it is worth."""
        return Hours(self.hundredths)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its modules in order."""
        return tuple(map(Step.from_data, self.steps_data))


class Enrolment(models.Model):
    """A person takes a course in one version; whoever leaves and comes back has the same row."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="enrolments",
    )
    course = models.ForeignKey(
        "courses.CoursePage",
        verbose_name=_("course"),
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    version = models.ForeignKey(
        CourseVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "course"], name="enrolled_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.version}"
