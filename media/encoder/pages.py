"""Slides as pictures: PDF and pictures by programs of ours, PowerPoint through LibreOffice where it is present."""

import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from media.encoder.documents import MOST_PAGES, Unrenderable, kind_of
from media.encoder.office import to_pdf
from media.encoder.run import Failed, Limits, TooSlow, run

_PAGE_MAKER = Path(__file__).with_name("page_maker.py")
_PAGE_LIMITS = Limits(wall_s=600, cpu_s=600, memory_bytes=3 * 2**30, file_bytes=64 * 2**20)


def render_pages(
    source: Path, stem: str, *, on_page: Callable[[int, int], None], stop: threading.Event
) -> int:
    """Make WebP pictures of a document: `<stem>-0001.webp` and `<stem>-0001.s.webp` for a strip, and so on.

    `on_page` hears how many are made and how many there are. Answers how many. Raises Unrenderable, or Stopped.
    """
    kind = kind_of(source)
    with tempfile.TemporaryDirectory(prefix="slides-", ignore_cleanup_errors=True) as folder:
        if kind not in ("pdf", "picture"):
            source, kind = to_pdf(source, kind, Path(folder), stop), "pdf"
        return _made(kind, source, stem, on_page, stop)


def _made(
    kind: str, source: Path, stem: str, on_page: Callable[[int, int], None], stop: threading.Event
) -> int:
    problems: list[str] = []
    count = [0, 0]

    def hear(line: str) -> None:
        word, _, value = line.partition(" ")
        if word == "problem":
            problems.append(value)
        elif word == "pages" and value.isdecimal():
            count[1] = int(value)
        elif word == "page" and value.isdecimal():
            count[0] = int(value)
            on_page(*count)

    argv = [sys.executable, "-I", str(_PAGE_MAKER), kind, str(source), stem, str(MOST_PAGES)]
    with tempfile.NamedTemporaryFile() as errors:
        try:
            run(argv, _PAGE_LIMITS, on_line=hear, errors_to=errors.file, stop=stop)
        except Failed:
            raise Unrenderable("damaged") from None
        except TooSlow:
            raise Unrenderable("too-much-work") from None
    if problems or not count[0]:
        raise Unrenderable(problems[0] if problems else "damaged")
    return count[0]
