"""Signed addresses: they open one video's files until they run out, and nothing else."""

import uuid

import pytest

from lms.testing.plugin import run_apart
from media import streams
from media.core import tokens
from media.domain import files, playback

ASSET = uuid.UUID("11111111-2222-4333-8444-555555555555")
BUILD = "0123456789ab"
NEVER = 9_999_999_999


def get(path: str, method: str = "GET", **headers: str):
    """Status, headers and body of an answer."""
    said = []

    async def send(message):
        said.append(message)

    scope = {
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    run_apart(streams.application(scope, None, send))
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, said[1]["body"]


def address(file: str = "360p/00000.m4s", *, expiry: int = NEVER, key: bytes | None = None) -> str:
    token = tokens.sign(key or playback.key(), asset=ASSET, expiry_s=expiry)
    return f"/media/hls/{token}/{BUILD}/{file}"


@pytest.fixture(autouse=True)
def segment(media_root):
    folder = files.folder_of(ASSET) / BUILD / "360p"
    folder.mkdir(parents=True)
    (folder / "00000.m4s").write_bytes(b"0123456789")
    (folder.parent.parent / "source").write_bytes(b"never served")


def test_segment_is_served_whole_and_for_ever():
    status, headers, body = get(address())
    assert (status, body, headers["content-type"]) == (200, b"0123456789", "video/iso.segment")
    assert "immutable" in headers["cache-control"]


@pytest.mark.parametrize(
    ("wanted", "status", "body", "content_range"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=0-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=1-2,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_ranges(wanted, status, body, content_range):
    answer = get(address(), range=wanted)
    assert (answer[0], answer[2], answer[1].get("content-range")) == (status, body, content_range)


def test_head_says_the_length_and_sends_nothing():
    status, headers, body = get(address(), method="HEAD")
    assert (status, headers["content-length"], body) == (200, "10", b"")


def test_writing_is_refused():
    assert get(address(), method="PUT")[0] == 405


def test_what_is_not_there_is_not_found():
    assert get(address("360p/00001.m4s"))[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        address(expiry=1_000_000_000),
        address(key=b"somebody else's"),
        address().replace("9999999999", "9999999998"),
        address().replace(str(ASSET), str(uuid.UUID(int=1))),
        address("../source"),
        address("360p/../../source"),
        address("360p/%2e%2e/source"),
        address("360p/00000.m4s/"),
        address("source"),
        address("360p/00000.m4s\n"),
        "/media/hls/",
        "/media/hls/" + "x" * 5000,
    ],
)
def test_everything_else_is_refused(path):
    assert get(path)[0] == 403


def test_nginx_takes_over_when_told(settings):
    settings.MEDIA_ACCEL = "/protected/"
    status, headers, body = get(address())
    assert (status, body) == (200, b"")
    assert headers["x-accel-redirect"] == f"/protected/{ASSET}/{BUILD}/360p/00000.m4s"


def test_links_of_one_hour_are_alike():
    first = tokens.expiry_after(7200, 12)
    assert first == tokens.expiry_after(7200 + 3599, 12) == 15 * 3600
