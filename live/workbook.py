"""A lesson's report as a file for Excel and WPS, written row by row."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from live import wording
from live.domain.report import Line, Report
from lms.api.sheets import text_cell

_WIDTHS = (16, 16, 12, 12, 12, 10, 10, 12, 12, 8, 8, 8, 18)


def workbook(report: Report) -> bytes:
    """The .xlsx file: a line a person, how many were there over time, the questions."""
    book = Workbook(write_only=True)
    people = _sheet(book, _("People"), _WIDTHS, "A3")
    lesson = report.lesson
    people.append(
        [
            text_cell(
                people,
                f"{lesson.title} {wording.when(lesson.starts_at)}",
                bold=True,
            )
        ]
    )
    people.append([text_cell(people, head, bold=True) for head in _heads()])
    for line in report.lines:
        people.append(list(_cells(people, line)))
    crowd = _sheet(book, _("Over time"), (12, 12, 16), "A2")
    heads = (_("Minute"), _("People there"), _("Declared outage"))
    crowd.append([text_cell(crowd, head, bold=True) for head in heads])
    for at_s, count, is_out in report.crowd_by_time:
        crowd.append([at_s / 60, count, text_cell(crowd, _("Yes")) if is_out else None])
    questions = _sheet(book, pgettext("of a lesson", "Questions"), (16, 60, 60), "A2")
    heads = (
        _("Asked by"),
        pgettext("of a lesson", "Question"),
        pgettext("to a question", "Answer"),
    )
    questions.append([text_cell(questions, head, bold=True) for head in heads])
    for one in report.questions:
        questions.append(
            [text_cell(questions, words) for words in (one.person.name, one.text, one.answer)]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, title: str, widths: Sequence[int], first: str) -> Any:
    """A sheet with columns so many characters wide, whose heads above the cell `first` stay in sight."""
    sheet: Any = book.create_sheet(title)
    for place, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    sheet.freeze_panes = first
    return sheet


def _heads() -> tuple[str, ...]:
    return (
        _("Teacher"),
        _("State"),
        _("Live (min)"),
        _("Replay (min)"),
        _("Counts (%)"),
        _("Needed (%)"),
        _("Completed"),
        _("Sign-ins answered"),
        _("Sign-ins asked"),
        pgettext("of a lesson", "Questions"),
        _("Answers"),
        _("Messages"),
        _("Reminded"),
    )


def _cells(sheet: Any, line: Line) -> Iterator[Any]:
    attendance = line.attendance
    yield text_cell(sheet, line.person.name)
    yield text_cell(sheet, line.words)
    yield round(line.live_s / 60, 1)
    yield round(line.replay_s / 60, 1)
    yield int(line.share * 100)
    yield int(line.needed * 100)
    yield text_cell(sheet, _("yes") if line.is_done else _("no"))
    yield attendance.answered if attendance else 0
    yield attendance.asked if attendance else 0
    yield line.questions
    yield line.answers
    yield line.messages
    reminded = line.reminded_at
    yield text_cell(sheet, f"{timezone.localtime(reminded):%Y-%m-%d %H:%M}" if reminded else "")
