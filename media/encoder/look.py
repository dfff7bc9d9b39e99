"""`python look.py SOURCE MOST_PAGES`: prints `kind pdf|picture|pptx|ppt|odp`, or `problem CODE`.

Runs alone under limits: what it opens is not trusted. Imports the standard library only.
"""

import re
import sys
import zipfile
import zlib
from pathlib import Path

_HEAD_BYTES = 1024
_PDF, _ZIP, _OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
_ODP = b"application/vnd.oasis.opendocument.presentation"
_MANIFEST_BYTES = 2**20
#: Unpacked: a deck of 60 MB is mostly pictures, which hardly shrink; its text is some megabytes.
_MOST_UNPACKED_BYTES = 512 * 2**20
_MOST_TEXT_BYTES = 64 * 2**20
_MOST_PARTS = 20_000


def look(source: Path, most_pages: int) -> str:
    """The line to print."""
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if _PDF in head:
        return "kind pdf"
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return "kind picture"
    if head.startswith(_OLE):
        return _in_ole(source.read_bytes())
    if head.startswith(_ZIP):
        return _in_zip(source, most_pages)
    return "problem not-slides"


def _in_ole(data: bytes) -> str:
    """By the names of streams: PowerPoint's own until 2003, and the wrapping of any newer file with a password."""
    if _named("EncryptedPackage") in data or _named("EncryptedSummary") in data:
        return "problem encrypted"
    return "kind ppt" if _named("PowerPoint Document") in data else "problem not-slides"


def _named(stream: str) -> bytes:
    return stream.encode("utf-16-le")


def _in_zip(source: Path, most_pages: int) -> str:
    try:
        with zipfile.ZipFile(source) as packed:
            return _in_parts(packed, most_pages)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError):
        return "problem damaged"


def _in_parts(packed: zipfile.ZipFile, most_pages: int) -> str:
    parts = packed.infolist()
    names = {one.filename for one in parts}
    if "ppt/presentation.xml" in names:
        kind = "pptx"
    elif "content.xml" in names and "mimetype" in names:
        with packed.open("mimetype") as file:
            if file.read(len(_ODP)) != _ODP:
                return "problem not-slides"
        kind = "odp"
    else:
        return "problem not-slides"
    text = sum(one.file_size for one in parts if one.filename.endswith((".xml", ".rels")))
    unpacked = sum(one.file_size for one in parts)
    if len(parts) > _MOST_PARTS or text > _MOST_TEXT_BYTES or unpacked > _MOST_UNPACKED_BYTES:
        return "problem too-much-inside"
    if kind == "odp" and "META-INF/manifest.xml" in names:
        with packed.open("META-INF/manifest.xml") as file:
            if b"encryption-data" in file.read(_MANIFEST_BYTES):
                return "problem encrypted"
    if sum(1 for name in names if _SLIDE.fullmatch(name)) > most_pages:
        return "problem too-many-pages"
    return f"kind {kind}"


if __name__ == "__main__":
    sys.stdout.write(look(Path(sys.argv[1]), int(sys.argv[2])) + "\n")
