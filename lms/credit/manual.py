"""How a policy is written, as lms/credit/policies/README.md has it, in pieces that a page can show.

Of Markdown only what that file uses: headings, paragraphs, tables, fenced code; in a line **strong**, `code` and links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from lms.credit.core.policy import SHIPPED

_CODE = re.compile(r"^```\w*\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<to>https://[^)\s]+)\)"
)
Kind = Literal["title", "heading", "subheading", "code", "table", "text"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One block: of a table the rows with their cells, of anything else its words."""

    kind: Kind
    words: str = ""
    rows: tuple[tuple[SafeString, ...], ...] = ()


@cache
def manual() -> tuple[Piece, ...]:
    """The whole description, in order."""
    return tuple(pieces((SHIPPED / "README.md").read_text(encoding="utf-8")))


def pieces(text: str) -> Iterator[Piece]:
    """The blocks of a text."""
    # Split at the fences: every second part is what stands between them.
    for number, part in enumerate(_CODE.split(text)):
        if number % 2:
            yield Piece("code", format_html("{}", part.rstrip()))
            continue
        for block in re.split(r"\n{2,}", part.strip()):
            yield from _block(block)


def _block(block: str) -> Iterator[Piece]:
    for kind, lines in groupby(block.splitlines(), key=_kind_of):
        if kind == "table":
            yield Piece("table", rows=tuple(map(_cells, filter(_is_row, lines))))
        elif kind == "text":
            yield Piece("text", _inline("".join(lines)))
        else:
            yield from (Piece(kind, _inline(line.lstrip("# "))) for line in lines)


def _kind_of(line: str) -> Kind:
    marks = {"# ": "title", "## ": "heading", "### ": "subheading"}
    heading = next((kind for mark, kind in marks.items() if line.startswith(mark)), None)
    return heading or ("table" if line.startswith("|") else "text")  # type: ignore[return-value]  # the values above


def _is_row(line: str) -> bool:
    return not re.fullmatch(r"[|\s-]+", line)


def _cells(line: str) -> tuple[SafeString, ...]:
    return tuple(_inline(cell.strip()) for cell in line.strip("|").split("|"))


def _inline(line: str) -> SafeString:
    parts, end = [], 0
    for found in _INLINE.finditer(line):
        parts.append(format_html("{}", line[end : found.start()]))
        if found["code"]:
            parts.append(format_html("<code>{}</code>", found["code"]))
        elif found["strong"]:
            parts.append(format_html("<strong>{}</strong>", _inline(found["strong"])))
        else:
            parts.append(
                format_html('<a href="{}" rel="noreferrer">{}</a>', found["to"], found["words"])
            )
        end = found.end()
    parts.append(format_html("{}", line[end:]))
    return mark_safe("".join(parts))  # noqa: S308 - each part was escaped
