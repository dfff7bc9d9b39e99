"""What a file of slides is: by what is in it, whatever its name says, looked at by a program of its own (`look.py`)."""

import sys
import tempfile
from pathlib import Path

from media.encoder.run import Failed, Limits, TooSlow, run

MOST_PAGES = 300
_LOOK = Path(__file__).with_name("look.py")
_LIMITS = Limits(wall_s=30, cpu_s=30, memory_bytes=2**30)


class Unrenderable(Exception):
    """No pages can be made of a file; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(source: Path) -> str:
    """`pdf`, `picture`, or the ending of what LibreOffice is to open (`pptx`, `ppt`, `odp`). Raises Unrenderable."""
    heard: list[str] = []
    argv = [sys.executable, "-I", "-S", str(_LOOK), str(source), str(MOST_PAGES)]
    with tempfile.NamedTemporaryFile() as errors:
        try:
            run(argv, _LIMITS, on_line=heard.append, errors_to=errors.file)
        except (Failed, TooSlow):
            raise Unrenderable("damaged") from None
    word, _, value = (heard or [""])[-1].partition(" ")
    if word != "kind":
        raise Unrenderable(value or "damaged")
    return value
