"""Cells of sheets for Excel and WPS."""

from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font


def text_cell(sheet: Any, words: str, *, bold: bool = False) -> Any:
    """Text that stays text: whatever it begins with (= + - @), no program takes it for a formula."""
    cell: Any = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)
    cell.data_type = "s"
    cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell
