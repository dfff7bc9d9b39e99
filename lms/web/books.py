"""A school's book as rows, and as a file for Excel and WPS."""

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment

from lms.credit.core.hours import Hours
from lms.credit.core.periods import Period
from lms.credit.enums import AccountKind, Act, Form, Level
from lms.credit.queries.books import codes_of, rows_of
from lms.credit.queries.known import StatementLine, standing_act
from lms.web.entries import badge_of
from lms.web.periods import EARLIEST, LATEST
from lms.web.sheets import text_cell

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from lms.credit.models.ledger import Transfer
    from lms.credit.queries import Balance

CHUNK = 500
"""Rows read at a time: a file of any length takes the memory of so many."""
WIDTHS = (6, 12, 24, 34, 12, 8, 24, 12, 12, 8, 10, 12, 17, 12, 17, 22, 38)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the book. Moments are aware; `late`: recorded only after the period was over."""

    line: StatementLine
    code: str

    @property
    def facts(self) -> dict[str, Any]:
        """The training's facts on the day it was booked."""
        facts: dict[str, Any] = self.line.entry.booking.facts
        return facts

    @property
    def teacher(self) -> str:
        """The name."""
        return self.line.entry.booking.person.name

    @property
    def school(self) -> str:
        """Where it was earned."""
        return str((self.facts["school"] or {}).get("name", ""))

    @property
    def title(self) -> str:
        """The training's name."""
        return self.line.entry.title

    @property
    def form(self) -> str | Promise:
        """How it was held."""
        return Form(self.facts["form"]).label

    @property
    def level(self) -> str | Promise:
        """Who it was run for."""
        return Level(self.facts["level"]).label

    @property
    def provider(self) -> str:
        """Who held it, where it was not the school."""
        return str((self.facts["provider"] or {}).get("name", ""))

    @property
    def first(self) -> datetime.date:
        """Its first day in the period."""
        return self.line.lines[0].on

    @property
    def last(self) -> datetime.date:
        """Its last day in the period."""
        return self.line.lines[-1].on

    @property
    def hours(self) -> Hours:
        """Those of the period's days."""
        return self.line.hours

    @property
    def state(self) -> AccountKind:
        """Where they lay, as known."""
        return AccountKind(self.line.then[-1].state)

    @property
    def badge(self) -> tuple[str, str]:
        """Their badge's kind, and its words where they are not the usual ones."""
        return badge_of(self.state)

    @property
    def confirmed(self) -> "Transfer | None":
        """What confirmed them."""
        return standing_act(self.line.then, Act.CONFIRM)

    @property
    def registered(self) -> "Transfer | None":
        """What registered them."""
        return standing_act(self.line.then, Act.REGISTER)


def rows(bookings: "Sequence[Transfer]", period: Period, known_at: datetime.datetime) -> list[Row]:
    """The rows of these bookings; three queries."""
    lines = rows_of(bookings, period, known_at)
    codes = codes_of(lines)
    return [
        Row(line=line, code=codes.get(confirmed.pk, "") if confirmed else "")
        for line in lines
        for confirmed in [standing_act(line.then, Act.CONFIRM)]
    ]


def workbook(
    *,
    title: str,
    bookings: "QuerySet[Transfer]",
    sums: "Balance",
    period: Period,
    known_at: datetime.datetime,
) -> bytes:
    """The whole book as an .xlsx file, written row by row."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("Book of hours"))
    _set_page(sheet)
    sheet.append([text_cell(sheet, title, bold=True)])
    sheet.append([text_cell(sheet, _said(period, known_at))])
    sheet.append([text_cell(sheet, one, bold=True) for one in heads()])
    number, found = 0, bookings.iterator(chunk_size=CHUNK)
    while some := list(islice(found, CHUNK)):
        for row in rows(some, period, known_at):
            number += 1
            sheet.append(list(_cells(sheet, number, row)))
    sheet.append([text_cell(sheet, one) for one in _ends(number, sums)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def heads() -> tuple[str, ...]:
    """What stands over the columns."""
    return (
        pgettext("column", "No."),
        _("Teacher"),
        _("Earned at"),
        _("Training"),
        _("Form"),
        _("Level"),
        _("Provider"),
        _("First day"),
        _("Last day"),
        pgettext("unit", "hours"),
        _("State"),
        _("Confirmed by"),
        _("Confirmed at"),
        _("Registered by"),
        _("Registered at"),
        _("Certificate"),
        _("Booking"),
    )


def _cells(sheet: "WriteOnlyWorksheet", number: int, row: Row) -> Iterator[Any]:
    yield number
    for words in (row.teacher, row.school, row.title, row.form, row.level, row.provider):
        yield text_cell(sheet, str(words))
    yield _number(sheet, row.first, "yyyy-mm-dd")
    yield _number(sheet, row.last, "yyyy-mm-dd")
    yield _number(sheet, Decimal(row.hours.hundredths) / 100, "0.00")
    state = str(row.state.label) if row.state != AccountKind.ISSUED else _("Withdrawn")
    yield text_cell(sheet, f"{state} · {_('recorded late')}" if row.line.late else state)
    for act in (row.confirmed, row.registered):
        yield text_cell(sheet, act.by.name if act and act.by else "")
        yield text_cell(
            sheet, f"{timezone.localtime(act.recorded_at):%Y-%m-%d %H:%M}" if act else ""
        )
    yield text_cell(sheet, row.code)
    yield text_cell(sheet, str(row.line.entry.id))


def _ends(count: int, sums: "Balance") -> Iterable[str]:
    states = {
        AccountKind.REGISTERED: sums.registered,
        AccountKind.CONFIRMED: sums.confirmed,
        AccountKind.PENDING: sums.pending,
        AccountKind.DISPUTED: sums.disputed,
        AccountKind.REJECTED: sums.rejected,
    }
    yield _("Sum")
    yield _("%(count)d bookings") % {"count": count}
    for state, hours in states.items():
        if hours:
            yield f"{state.label} {hours.fixed()}"


def _said(period: Period, known_at: datetime.datetime) -> str:
    return _("Hours of %(first)s to %(last)s, as known on %(day)s") % {
        "first": (period.first or EARLIEST).isoformat(),
        "last": min(period.last, LATEST).isoformat(),
        "day": f"{timezone.localtime(known_at):%Y-%m-%d %H:%M}",
    }


def _number(sheet: "WriteOnlyWorksheet", value: Any, number_format: str) -> Any:
    cell: Any = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    cell.alignment = Alignment(horizontal="right")
    return cell


def _set_page(sheet: Any) -> None:
    """A4 on its side, as wide as the page, the heads on every page."""
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    sheet.freeze_panes = "A4"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:3"
