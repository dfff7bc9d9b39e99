"""What every dated spell has: a first day, perhaps a last one, and no twin at the same time."""

import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


class SpellQuerySet(models.QuerySet[Any]):
    """Spells, asked by day."""

    def on(self, day: datetime.date) -> Self:
        """Those in force on a day: first and last day count, without a last day a spell goes on."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class Spell(models.Model):
    """A fact with a first day and perhaps a last day, both included."""

    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    objects: ClassVar[Any] = SpellQuerySet.as_manager()

    class Meta:
        abstract = True

    def is_on(self, day: datetime.date) -> bool:
        """Whether the spell is in force on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def clean(self) -> None:
        """Says in a sentence what the database would refuse."""
        super().clean()
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise ValidationError({"to_on": _("The last day is before the first day.")})


def days_in_order(name: str) -> models.CheckConstraint:
    """The last day is not before the first."""
    return models.CheckConstraint(
        name=name,
        condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
        violation_error_message=_("The last day is before the first day."),
    )


_SAME = _("The same is already recorded for some of these days.")


def no_twins(
    name: str,
    *,
    ids: tuple[str, ...],
    words: tuple[str, ...] = (),
    message: Any = _SAME,
) -> ExclusionConstraint:
    """No two rows with the same `ids` and `words` whose days overlap.

    PostgreSQL excludes equal scalars only with the extension btree_gist, which the embedded server lacks; a range of
    one element needs none. An id that is null becomes the range of everything, so that nulls equal each other.
    """

    def one_element(field: str, function: str) -> Func:
        return Func(F(field), F(field), Value("[]"), function=function)

    days = Func(
        F("from_on"), F("to_on"), Value("[]"), function="daterange", output_field=DateRangeField()
    )
    overlaps = RangeOperators.OVERLAPS
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((one_element(field, "int8range"), overlaps) for field in ids),
            *((one_element(field, "textrange"), overlaps) for field in words),
            (days, overlaps),
        ],
        violation_error_message=message,
    )
