"""Slides as pictures: PDF and pictures by programs of ours, PowerPoint through LibreOffice where it is present."""

import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from media.encoder.run import Failed, Limits, TooSlow, run

MOST_PAGES = 300
_PAGE_MAKER = Path(__file__).with_name("page_maker.py")
_HEAD_BYTES = 1024
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_PAGE_LIMITS = Limits(wall_s=600, cpu_s=600, memory_bytes=3 * 2**30, file_bytes=64 * 2**20)
#: A deck of 30 takes it 3 s; one that takes ten minutes is none.
_OFFICE_LIMITS = Limits(wall_s=180, cpu_s=300, memory_bytes=6 * 2**30, file_bytes=2**30)


class Unrenderable(Exception):
    """No pages can be made of a file; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def office_program() -> str | None:
    """LibreOffice, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def render_pages(
    source: Path, stem: str, *, on_page: Callable[[int, int], None], stop: threading.Event
) -> int:
    """Make WebP pictures of a document: `<stem>-0001.webp` and `<stem>-0001.s.webp` for a strip, and so on.

    `on_page` hears how many are made and how many there are. Answers how many. Raises Unrenderable, or Stopped.
    """
    kind = _kind_of(source)
    with tempfile.TemporaryDirectory(prefix="slides-") as folder:
        if kind == "office":
            source, kind = _by_office(source, Path(folder), stop), "pdf"
        return _made(kind, source, stem, on_page, stop)


def _kind_of(source: Path) -> str:
    """By what is in it, whatever its name says."""
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if _PDF in head:
        return "pdf"
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(_OLE) or (head.startswith(_ZIP) and _holds_slides(source)):
        if office_program() is None:
            raise Unrenderable("no-office")
        return "office"
    raise Unrenderable("not-slides")


def _holds_slides(source: Path) -> bool:
    try:
        with zipfile.ZipFile(source) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return "ppt/presentation.xml" in names or ("content.xml" in names and "mimetype" in names)


def _by_office(source: Path, folder: Path, stop: threading.Event) -> Path:
    """A PDF of the slides. A profile of its own: two at once in one profile wait for each other for ever."""
    program = office_program()
    if program is None:
        raise Unrenderable("no-office")
    argv = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    with tempfile.NamedTemporaryFile() as errors:
        try:
            run(argv, _OFFICE_LIMITS, on_line=lambda _: None, errors_to=errors.file, stop=stop)
        except Failed:
            raise Unrenderable("damaged") from None
        except TooSlow:
            raise Unrenderable("too-much-work") from None
    made = folder / f"{source.stem}.pdf"
    if not made.exists():
        raise Unrenderable("damaged")
    return made


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
