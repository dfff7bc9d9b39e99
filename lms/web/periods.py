"""The days that a page is about, and the day as of which it speaks: as its address says, else the half-year's."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.credit.core.lines import day_of
from lms.credit.core.periods import Period
from lms.credit.queries.known import end_of
from lms.web.forms import Day

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2199, 12, 31)
WITHIN = (MinValueValidator(EARLIEST), MaxValueValidator(LATEST))
JULY = 7


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A period to be chosen with one tap."""

    label: str | Promise
    period: Period
    current: bool


class PeriodFilter(forms.Form):
    """Days in an address. `known_on` is left out where a page speaks of today alone."""

    first = Day(label=_("From"), validators=WITHIN, required=False)
    last = Day(label=_("To"), validators=WITHIN, required=False)
    known_on = Day(label=_("As known on"), validators=WITHIN, required=False)

    def __init__(
        self, data: Mapping[str, Any], *, today: datetime.date, always: bool = True
    ) -> None:
        """Bound to the address. `always`: without days there it is about the half-year of today."""
        self.today = today
        self.half = half_year(today)
        given = {name: data.get(name, "") for name in ("first", "last", "known_on")}
        if always and not given["first"] and not given["last"]:
            given |= {
                "first": str(self.half.first),
                "last": given["known_on"] or str(self.half.last),
            }
        if always:
            given["last"] = given["last"] or str(self.half.last)
            given["known_on"] = given["known_on"] or today.isoformat()
        super().__init__(given)

    def clean(self) -> dict[str, Any]:
        """Days in order, and no knowledge of tomorrow."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first day."))
        if cleaned.get("known_on") and cleaned["known_on"] > self.today:
            self.add_error("known_on", _("What will be known on a later day nobody knows yet."))
        return cleaned

    @property
    def period(self) -> Period | None:
        """The days; None where none are said, or they make no sense."""
        if not self.is_valid() or not (self.cleaned_data["first"] or self.cleaned_data["last"]):
            return None
        return Period(self.cleaned_data["first"], self.cleaned_data["last"] or LATEST)

    def known_at(self, now: datetime.datetime) -> datetime.datetime:
        """The moment as of which the page speaks: the end of the day that was chosen, and never later than now."""
        chosen = self.cleaned_data.get("known_on") if self.is_valid() else None
        return min(now, end_of(chosen or day_of(now)))

    @property
    def choices(self) -> list[Choice]:
        """This half-year, the one before, and this year."""
        half, year = self.half, self.today.year
        before = half_year((half.first or self.today) - datetime.timedelta(days=1))
        whole = Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        labels = [
            (_("This half-year"), half),
            (_("The half-year before"), before),
            (_("This year"), whole),
        ]
        return [
            Choice(label=label, period=period, current=period == self.period)
            for label, period in labels
        ]


def half_year(day: datetime.date) -> Period:
    """The half of the calendar year in which a day lies: what registers are audited by."""
    if day.month < JULY:
        return Period(datetime.date(day.year, 1, 1), datetime.date(day.year, 6, 30))
    return Period(datetime.date(day.year, JULY, 1), datetime.date(day.year, 12, 31))
