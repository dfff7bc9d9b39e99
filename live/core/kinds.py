"""What a file is, by its content; its name is not asked."""

import zipfile
from typing import BinaryIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_OFFICE = {
    "word/document.xml": "word",
    "xl/workbook.xml": "excel",
    "ppt/presentation.xml": "slides",
}
_MACROS = "vbaProject.bin"
_OLE_STREAMS = {"WordDocument": "word", "Workbook": "excel", "PowerPoint Document": "slides"}


def kind_of(file: BinaryIO) -> tuple[str, str] | None:
    """Its kind (pdf, picture, word, excel, slides) and ending; None for all else, and for office files with macros."""
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf", "pdf"
    if head.startswith(_PICTURES):
        return "picture", "png" if head.startswith(_PICTURES[0]) else "jpg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture", "webp"
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(file)
    return _of_ole(file) if head.startswith(OLE) else None


def _of_zip(file: BinaryIO) -> tuple[str, str] | None:
    endings = {"word": "docx", "excel": "xlsx", "slides": "pptx"}
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    finally:
        file.seek(0)
    if any(name.endswith(_MACROS) for name in names):
        return None
    kinds = [kind for name, kind in _OFFICE.items() if name in names]
    return (kinds[0], endings[kinds[0]]) if len(kinds) == 1 else None


def _of_ole(file: BinaryIO) -> tuple[str, str] | None:
    """The Office of before 2007: a file of streams, whose names stand in it as UTF-16."""
    endings = {"word": "doc", "excel": "xls", "slides": "ppt"}
    content = file.read()
    file.seek(0)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        return None
    for name, kind in _OLE_STREAMS.items():
        if name.encode("utf-16-le") in content:
            return kind, endings[kind]
    return None
