"""What a handed-out file is, by its content."""

import io
import zipfile

import pytest

from live.core.kinds import OLE, kind_of


def packed(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", ("pdf", "pdf")),
        (b"\x89PNG\r\n\x1a\n....", ("picture", "png")),
        (b"\xff\xd8\xff\xe0....", ("picture", "jpg")),
        (b"RIFF....WEBPVP8 ", ("picture", "webp")),
        (packed("[Content_Types].xml", "word/document.xml"), ("word", "docx")),
        (packed("xl/workbook.xml"), ("excel", "xlsx")),
        (packed("ppt/presentation.xml"), ("slides", "pptx")),
        (OLE + "WordDocument".encode("utf-16-le"), ("word", "doc")),
        (packed("word/document.xml", "word/vbaProject.bin"), None),
        (OLE + "Workbook_VBA_PROJECT".encode("utf-16-le"), None),
        (packed("a.exe"), None),
        (packed("word/document.xml", "xl/workbook.xml"), None),
        (b"PK\x03\x04 broken", None),
        (b"<html><script>", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_kind_is_told_by_content(content: bytes, kind: tuple[str, str] | None) -> None:
    file = io.BytesIO(content)
    assert kind_of(file) == kind
    assert file.tell() == 0
