"""Slides as pictures, made of real files by the real programs."""

import io
import threading
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from media.encoder import pages
from media.encoder.pages import Unrenderable, render_pages


def pdf(count: int, *, size: tuple[int, int] = (1280, 720)) -> bytes:
    made = [Image.new("RGB", size, (255, 255, 60 * (number % 4))) for number in range(count)]
    file = io.BytesIO()
    made[0].save(file, "PDF", save_all=True, append_images=made[1:])
    return file.getvalue()


def rendered(folder: Path, content: bytes) -> list[tuple[int, int]]:
    source = folder / "brought"
    source.write_bytes(content)
    heard: list[tuple[int, int]] = []
    render_pages(
        source, str(folder / "deck"), on_page=lambda *now: heard.append(now), stop=threading.Event()
    )
    return heard


def test_pages_of_a_pdf_become_pictures_that_fit_the_screen(tmp_path) -> None:
    assert rendered(tmp_path, pdf(3)) == [(1, 3), (2, 3), (3, 3)]
    with (
        Image.open(tmp_path / "deck-0003.webp") as page,
        Image.open(tmp_path / "deck-0003.s.webp") as small,
    ):
        assert (page.format, page.size, small.size) == ("WEBP", (1920, 1080), (256, 144))


def test_picture_is_a_page(tmp_path) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 400), (10, 20, 30, 128)).save(file, "PNG")
    assert rendered(tmp_path, file.getvalue()) == [(1, 1)]


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-slides"),
        (b"<script>alert(1)</script>", "not-slides"),
        (b"%PDF-1.7\n" + b"\x00garbage" * 500, "damaged"),
        (pdf(2)[:900], "damaged"),
        (pdf(301, size=(16, 9)), "too-many-pages"),
        (b"\x89PNG\r\n\x1a\n" + b"nonsense" * 10, "damaged"),
        (packed("word/document.xml"), "not-slides"),
        (b"PK\x03\x04 not a zip", "not-slides"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_reason(tmp_path, content: bytes, code: str) -> None:
    with pytest.raises(Unrenderable) as refused:
        rendered(tmp_path, content)
    assert refused.value.code == code


def test_powerpoint_without_libreoffice_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pages, "office_program", lambda: None)
    with pytest.raises(Unrenderable) as refused:
        rendered(tmp_path, packed("ppt/presentation.xml"))
    assert refused.value.code == "no-office"
