"""Slides as pictures, made of real files by the real programs."""

import io
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lms.runtime import needs
from media.encoder import office
from media.encoder.documents import Unrenderable, kind_of
from media.encoder.pages import render_pages
from media.encoder.run import Failed, Limits, TooSlow, guarded, run


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


def packed(*names: str, **parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in dict.fromkeys(names, b"x").items() | parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def ole(*streams: str) -> bytes:
    """As much of an older Office file as is looked at."""
    names = b"".join(one.encode("utf-16-le") + bytes(8) for one in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + names


ODP = b"application/vnd.oasis.opendocument.presentation"
SLIDES = [f"ppt/slides/slide{number}.xml" for number in range(2000)]


def odf(kind: bytes = ODP, manifest: bytes = b"<m/>") -> bytes:
    parts = {"mimetype": kind, "content.xml": b"<x/>", "META-INF/manifest.xml": manifest}
    return packed(**parts)


def bomb(name: str, size: int) -> bytes:
    return packed("ppt/presentation.xml", **{name: bytes(size)})


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
        (odf(b"application/vnd.oasis.opendocument.text"), "not-slides"),
        (odf(manifest=b"<manifest:encryption-data/>"), "encrypted"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (packed("ppt/presentation.xml")[:60], "damaged"),
        (packed("ppt/presentation.xml", *SLIDES), "too-many-pages"),
        (bomb("ppt/slides/slide1.xml", 65 * 2**20), "too-much-inside"),
        (ole("WordDocument"), "not-slides"),
        (ole("EncryptionInfo", "EncryptedPackage"), "encrypted"),
        (ole("PowerPoint Document", "EncryptedSummary"), "encrypted"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_reason(tmp_path, content: bytes, code: str) -> None:
    with pytest.raises(Unrenderable) as refused:
        rendered(tmp_path, content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (packed("ppt/presentation.xml", *SLIDES[:300]), "pptx"),
        (odf(), "odp"),
        (ole("Current User", "PowerPoint Document"), "ppt"),
    ],
)
def test_what_libreoffice_is_to_open_is_known_by_its_content(
    tmp_path, monkeypatch, content: bytes, kind: str
) -> None:
    (tmp_path / "brought").write_bytes(content)
    assert kind_of(tmp_path / "brought") == kind
    monkeypatch.setattr(office, "office_program", lambda: None)
    with pytest.raises(Unrenderable) as refused:
        rendered(tmp_path, content)
    assert refused.value.code == "no-office"


ALONE = Limits(wall_s=60, cpu_s=5, memory_bytes=2**30, is_alone=True)
PARENT_OF_ONE = "import os, time; print(os.getpid(), os.fork(), flush=True); time.sleep(60)"


def is_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            if (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def pids_of(lines: list[str]) -> set[int]:
    return {int(pid) for line in lines for pid in line.split() if pid != "0"}


def test_program_that_takes_too_long_ends_with_all_that_it_started() -> None:
    heard: list[str] = []
    argv = [sys.executable, "-c", PARENT_OF_ONE]
    # Long enough for a busy machine to start them both.
    with tempfile.NamedTemporaryFile() as errors, pytest.raises(TooSlow):
        run(argv, replace(ALONE, wall_s=4), on_line=heard.append, errors_to=errors.file)
    pids = pids_of(heard)
    assert len(pids) == 2
    assert all(is_gone(pid) for pid in pids)


def test_program_and_what_it_started_end_with_a_worker_that_is_killed() -> None:
    """The worker here is a process that starts the guard and is killed with no chance to say so."""
    argv = guarded([sys.executable, "-c", PARENT_OF_ONE], ALONE)
    # The guard asks whether its parent is still who started it.
    worker = (
        "import os, subprocess, sys; a = sys.argv[1:]; a[4] = str(os.getpid()); subprocess.run(a)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", worker, *argv], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        pids = pids_of([process.stdout.readline(), process.stdout.readline()])
        process.kill()
    assert len(pids) == 2
    assert all(is_gone(pid) for pid in pids)


def test_program_that_is_alone_reaches_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = f"import socket; socket.create_connection({server.getsockname()!r}, 2)"
        argv, free = [sys.executable, "-c", call], replace(ALONE, is_alone=False)
        with tempfile.NamedTemporaryFile() as errors:
            run(argv, free, on_line=print, errors_to=errors.file)
            if not may_leave_the_network():
                pytest.skip("this system lets nobody make a network namespace")
            with pytest.raises(Failed, match=r"OSError|unreachable|refused"):
                run(argv, ALONE, on_line=print, errors_to=errors.file)


def may_leave_the_network() -> bool:
    for flags in ("-n", "-rn"):
        if subprocess.run(["unshare", flags, "true"], capture_output=True).returncode == 0:
            return True
    return False


with_office = pytest.mark.skipif(
    needs.find("libreoffice") is None, reason=f"get it with: {needs.HOW['libreoffice'][1]}"
)
DECK = Path(__file__).with_name("deck.pptx")
"""Two pages with Chinese text and a red picture on the first, as python-pptx writes them."""


def deck(folder: Path, *edits: tuple[str, bytes, bytes]) -> bytes:
    """DECK, with (part, old, new) edited."""
    file = io.BytesIO()
    with zipfile.ZipFile(DECK) as given, zipfile.ZipFile(file, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            for part, old, new in edits:
                if part == name:
                    assert old in data
                    data = data.replace(old, new)
            made.writestr(name, data)
    return file.getvalue()


def pixels(path: Path) -> tuple[int, int, int]:
    """How many of a page's are dark, red, green."""
    with Image.open(path) as page:
        red, green, blue = page.convert("RGB").resize((320, 180)).split()
    dark = is_red = is_green = 0
    for r, g, b in zip(red.tobytes(), green.tobytes(), blue.tobytes(), strict=True):
        dark += r < 90 and g < 90 and b < 90
        is_red += r > 150 and g < 90
        is_green += g > 150 and r < 90
    return dark, is_red, is_green


@with_office
def test_powerpoint_becomes_pages_with_its_text_and_picture(tmp_path, monkeypatch) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    assert rendered(tmp_path, DECK.read_bytes()) == [(1, 2), (2, 2)]
    dark, red, _ = pixels(tmp_path / "deck-0001.webp")
    assert (dark > 300, red > 500) == (True, True)
    assert list(work.iterdir()) == []


@with_office
def test_what_a_deck_points_to_is_not_fetched_and_its_macros_do_not_run(tmp_path) -> None:
    Image.new("RGB", (200, 150), (0, 200, 0)).save(tmp_path / "secret.png")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        places = [f"http://127.0.0.1:{port}/a.png", (tmp_path / "secret.png").as_uri()]
        for at, place in enumerate(places):
            folder = tmp_path / str(at)
            folder.mkdir()
            linked = b'Target="' + place.encode() + b'" TargetMode="External"'
            edits = [
                ("ppt/slides/_rels/slide1.xml.rels", b'Target="../media/image1.png"', linked),
                ("ppt/slides/slide1.xml", b"r:embed=", b"r:link="),
                (
                    "[Content_Types].xml",
                    b"openxmlformats-officedocument.presentationml.presentation.main+xml",
                    b"ms-powerpoint.presentation.macroEnabled.main+xml",
                ),
            ]
            assert len(rendered(folder, deck(folder, *edits))) == 2
            assert pixels(folder / "deck-0001.webp")[1:] == (0, 0)
        with pytest.raises(BlockingIOError):
            server.accept()


@with_office
def test_libreoffice_is_ended_when_its_time_is_up(tmp_path, monkeypatch) -> None:
    quick = Limits(wall_s=0, cpu_s=60, memory_bytes=3 * 2**30, is_alone=True)
    monkeypatch.setattr(office, "_LIMITS", quick)
    with pytest.raises(Unrenderable) as refused:
        rendered(tmp_path, DECK.read_bytes())
    assert refused.value.code == "too-much-work"
