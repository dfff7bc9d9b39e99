"""Reports, uploads and pages from outside, malformed and forged ones among them."""

import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lms.api.hooks import SubjectAccess
from lms.plugins.registry import registry
from lms.testing.factories import DutyFactory, PersonFactory
from media.domain import files, playback
from media.enums import AssetState
from media.models import Asset, Coverage, Upload, WatchReport
from tests.factories.media import AssetFactory, UploadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset():
    return AssetFactory()


@pytest.fixture
def viewer(client, asset, monkeypatch):
    """Somebody signed in whose course holds `asset` and no other video."""
    access = SubjectAccess(
        key="courses.test", may_use=lambda person, subject: subject == asset.subject
    )
    monkeypatch.setitem(registry._by_class[SubjectAccess], access.key, access)
    person = PersonFactory()
    client.force_login(person)
    return person


def body(**fields) -> dict:
    return {"session": "tab-a", "seq": 1, "played": [[0, 3]], "rate": 1, "position": 3} | fields


def post(client, asset_id, data):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    path = reverse("media:report", args=[asset_id])
    return client.post(path, content, content_type="application/json")


def test_report_answers_where_the_viewer_stands(client, viewer, asset):
    answer = post(client, asset.pk, body())
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "covered": [[0.0, 3.0]],
            "seconds": 3.0,
            "fraction": 0.03,
            "complete": False,
            "accepted": 3.0,
            "flags": [],
            "needed": [],
        },
    )


def test_report_of_a_signed_in_viewer_takes_five_round_trips(
    client, viewer, asset, django_assert_num_queries
):
    post(client, asset.pk, body())
    # Session, person, course access; what is read, what is kept; and the two ends of a savepoint.
    with django_assert_num_queries(7):
        post(client, asset.pk, body(seq=2, played=[[3, 5]]))


def test_report_by_the_pages_own_address_takes_four_round_trips(
    client, viewer, asset, django_assert_num_queries
):
    path = playback.report_url(asset, viewer, at=timezone.now())
    client.post(path, body(), content_type="application/json")
    # Session, person; what is read, what is kept; and the two ends of a savepoint.
    with django_assert_num_queries(6):
        client.post(path, body(seq=2, played=[[3, 5]]), content_type="application/json")


def test_leave_is_for_one_person_and_one_video(client, viewer, asset):
    other = AssetFactory()
    theirs = playback.report_url(other, PersonFactory(), at=timezone.now())
    ours = playback.report_url(asset, viewer, at=timezone.now())
    old = playback.report_url(other, viewer, at=timezone.now() - timedelta(days=1))
    moved = ours.replace(str(asset.pk), str(other.pk))
    for path in (theirs, moved, old, f"{moved}x", moved.split("?")[0] + "?leave=9999999999.é"):
        answer = client.post(path, body(), content_type="application/json")
        assert answer.status_code == 403, path
    assert not WatchReport.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        body(extra=1),
        {"session": "a"},
        body(seq=0),
        body(seq=1.5),
        body(seq=True),
        body(seq=2**40),
        body(session=""),
        body(session="x" * 41),
        body(session="<script>"),
        body(rate=0),
        body(rate="1"),
        body(rate=-1),
        body(played=[[5, 3]]),
        body(played=[[-9, 3]]),
        body(played=[[0]]),
        body(played=[[0, 1, 2]]),
        body(played=[["0", "1"]]),
        body(played=[[0, 1]] * 401),
        body(played=None),
        body(position=-1),
        b'{"session": "a", "seq": 1, "played": [[0, NaN]], "rate": 1}',
        b'{"session": "a", "seq": 1, "played": [[0, 1e999]], "rate": 1}',
    ],
)
def test_malformed_report_changes_nothing(client, viewer, asset, data):
    answer = post(client, asset.pk, data)
    assert answer.status_code == 422
    assert answer.json()["error"] == "malformed"
    assert answer.json()["message"]
    assert not WatchReport.objects.exists()
    assert not Coverage.objects.exists()


def test_huge_report_is_refused_before_it_is_read(client, viewer, asset):
    answer = post(client, asset.pk, b" " * 100_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "too-large")


def test_report_on_other_peoples_video_is_refused(client, viewer):
    other = AssetFactory()
    assert post(client, other.pk, body()).status_code == 403
    assert post(client, uuid.uuid4(), body()).status_code == 403
    assert not WatchReport.objects.exists()


def test_report_after_signing_out_is_refused(client, viewer, asset):
    client.logout()
    assert post(client, asset.pk, body()).status_code in (302, 401)
    assert not WatchReport.objects.exists()


def test_report_needs_its_csrf_token(viewer, asset, client):
    client.handler.enforce_csrf_checks = True
    assert post(client, asset.pk, body()).status_code == 403
    assert not WatchReport.objects.exists()


# Uploads


@pytest.fixture
def uploader(client, media_root, settings):
    """A trainer signed in; pieces of 64 kB at most."""
    settings.MEDIA_CHUNK_BYTES = 64 * 1024
    duty = DutyFactory()
    client.force_login(duty.person)
    duty.person.provider = duty.provider
    return duty.person


def begin(client, provider, *, size, name="课.mp4", stamp="1"):
    data = {
        "name": name,
        "size": size,
        "stamp": stamp,
        "title": "",
        "provider": str(provider.public_id),
    }
    return client.post(reverse("media:begin_upload"), data, content_type="application/json")


def put(client, upload_id, offset, piece):
    path = reverse("media:upload_piece", args=[upload_id])
    return client.put(f"{path}?offset={offset}", piece, content_type="application/octet-stream")


def test_upload_in_pieces_becomes_a_queued_video(client, uploader, small_clip):
    content = small_clip.read_bytes()
    begun = begin(client, uploader.provider, size=len(content)).json()
    for offset in range(0, len(content), begun["piece"]):
        answer = put(client, begun["id"], offset, content[offset : offset + begun["piece"]])
        assert answer.status_code == 200
    assert answer.json()["complete"]
    asset = Asset.objects.get()
    assert (asset.state, asset.title, asset.job.state) == (AssetState.QUEUED, "课", "queued")
    assert files.source_of(asset.pk).read_bytes() == content


def test_upload_goes_on_where_it_stopped(client, uploader, small_clip):
    content = small_clip.read_bytes()
    begun = begin(client, uploader.provider, size=len(content)).json()
    put(client, begun["id"], 0, content[:50_000])
    again = begin(client, uploader.provider, size=len(content)).json()
    assert (again["id"], again["offset"]) == (begun["id"], 50_000)
    lost = put(client, begun["id"], 0, content[:50_000])
    assert (lost.status_code, lost.json()["offset"]) == (409, 50_000)
    other = begin(client, uploader.provider, size=len(content), stamp="2").json()
    assert other["id"] != begun["id"]


def test_upload_refuses_what_it_must(client, uploader, settings):
    settings.MEDIA_MAX_UPLOAD_BYTES = 1000
    refused = {
        "over the limit": begin(client, uploader.provider, size=1001),
        "zero bytes": begin(client, uploader.provider, size=0),
        "another provider": begin(client, DutyFactory().provider, size=10),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == {
        "over the limit": 413,
        "zero bytes": 422,
        "another provider": 403,
    }
    assert not Upload.objects.exists()


def test_upload_refuses_when_the_disk_is_full(client, uploader, settings):
    settings.MEDIA_KEEP_FREE_BYTES = 2**60
    answer = begin(client, uploader.provider, size=10)
    assert (answer.status_code, answer.json()["error"]) == (413, "no-room")


@pytest.mark.parametrize(
    ("piece", "code"),
    [
        ("这是文本".encode() * 10, "not-video"),
        (b"#EXTM3U\nhttp://127.0.0.1/\n", "playlist"),
        (b"", "empty-piece"),
    ],
)
def test_piece_that_is_no_video_is_refused(client, uploader, piece, code):
    upload = UploadFactory(asset__provider=uploader.provider)
    answer = put(client, upload.pk, 0, piece)
    assert (answer.status_code, answer.json()["error"]) == (422, code)
    upload.refresh_from_db()
    assert upload.received == 0


def test_piece_beyond_the_end_is_refused(client, uploader, small_clip):
    upload = UploadFactory(asset__provider=uploader.provider)
    answer = put(client, upload.pk, 0, small_clip.read_bytes()[:1001])
    assert (answer.status_code, answer.json()["error"]) == (413, "piece-too-large")
    upload.refresh_from_db()
    assert upload.received == 0


@pytest.mark.parametrize("offset", ["", "-1", "x", "9" * 16])
def test_piece_with_a_bad_offset_is_refused(client, uploader, offset):
    upload = UploadFactory(asset__provider=uploader.provider)
    assert put(client, upload.pk, offset, b"x").status_code == 422


def test_admin_lists_own_videos_in_constant_queries(client, uploader, django_assert_num_queries):
    from django.utils import timezone

    from lms.people.domain.groups import sync_groups

    sync_groups(uploader, timezone.localdate())
    AssetFactory(title="邻家视频")
    path = reverse("media_admin:index")
    client.get(path)
    counts = []
    for more in (1, 2):
        AssetFactory.create_batch(more, provider=uploader.provider, title="自家视频")
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            page = client.get(path).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "自家视频" in page
    assert "邻家视频" not in page


def test_admin_pages_open(client, uploader):
    from django.utils import timezone

    from lms.people.domain.groups import sync_groups

    sync_groups(uploader, timezone.localdate())
    ready = AssetFactory(provider=uploader.provider)
    refused = AssetFactory(
        provider=uploader.provider, state=AssetState.REFUSED, refusal="no-video", build=""
    )
    assert client.get(reverse("media_admin:upload")).status_code == 200
    assert client.get(reverse("media_admin:video", args=[ready.pk])).status_code == 200
    page = client.get(reverse("media_admin:video", args=[refused.pk])).content.decode()
    assert "文件里没有视频画面" in page
