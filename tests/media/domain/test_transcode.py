"""Real files through the real encoder: what becomes playable, what is refused, and what a second run does."""

import subprocess

import pytest
from django.utils import timezone

from media.domain import files, jobs, transcode, uploads
from media.domain.errors import Problem
from media.enums import AssetState, JobState
from media.models import Asset, Job

# What a run writes is committed: the thread that keeps its lease has a connection of its own.
pytestmark = pytest.mark.usefixtures("own_database", "media_root")


def imported(path, trainer) -> Asset:
    return uploads.import_file(
        path, title="区域活动", provider=trainer.provider, by=trainer, at=timezone.now()
    )


def transcoded(path, trainer) -> Asset:
    asset = imported(path, trainer)
    transcode.run(asset.job.pk)
    asset.refresh_from_db()
    return asset


def test_transcode_makes_two_renditions_with_the_same_segments(clip, trainer):
    asset = transcoded(clip, trainer)
    assert (asset.state, asset.duration_ms) == (AssetState.READY, 12000)
    assert list(asset.renditions.values_list("name", "width", "height")) == [
        ("360p", 640, 360),
        ("720p", 1280, 720),
    ]
    folder = files.build_of(asset)
    assert sorted(one.name for one in folder.iterdir()) == [
        "360p",
        "720p",
        "master.m3u8",
        "poster.jpg",
    ]
    playlists = [(folder / name / "index.m3u8").read_text() for name in ("360p", "720p")]
    assert playlists[0] == playlists[1]
    job = Job.objects.get()
    assert (job.state, job.progress, job.attempt, job.lease_until) == (JobState.DONE, 1000, 1, None)


def test_transcode_small_picture_is_not_enlarged(small_clip, trainer):
    asset = transcoded(small_clip, trainer)
    assert list(asset.renditions.values_list("name", "width", "height")) == [("180p", 320, 180)]


def test_transcode_twice_changes_nothing(small_clip, trainer):
    asset = transcoded(small_clip, trainer)
    transcode.run(asset.job.pk)
    assert Asset.objects.get().build == asset.build
    assert Job.objects.get().attempt == 1


def test_run_that_lost_its_job_publishes_nothing(small_clip, trainer, monkeypatch):
    asset = imported(small_clip, trainer)
    encode = transcode.encoder.encode

    def lose(*args, **kwargs):
        encode(*args, **kwargs)
        Job.objects.update(attempt=7)

    monkeypatch.setattr(transcode.encoder, "encode", lose)
    transcode.run(asset.job.pk)
    asset.refresh_from_db()
    assert (asset.state, asset.build) == (AssetState.TRANSCODING, "")
    assert Job.objects.get().state == JobState.RUNNING


def ffmpeg(*argv) -> None:
    subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *map(str, argv)], check=True
    )


@pytest.fixture
def bad_file(request, clip, tmp_path):
    """A file that cannot become a video, by its kind."""
    path = tmp_path / "bad.mp4"
    kind = request.param
    if kind == "audio only":
        ffmpeg("-f", "lavfi", "-i", "sine=duration=3", path)
    elif kind == "sound with a cover":
        ffmpeg(
            "-f", "lavfi", "-i", "sine=duration=3", "-f", "lavfi", "-i", "testsrc2=size=64x64:duration=0.04:rate=25",
            "-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic", path,
        )  # fmt: skip
    elif kind == "one picture":
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=320x180:rate=25:duration=0.04",
            "-pix_fmt",
            "yuv420p",
            path,
        )
    elif kind == "no samples":
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=320x180:rate=25:duration=1",
            "-t",
            "0",
            "-movflags",
            "empty_moov",
            path,
        )
    elif kind == "index missing":
        late = tmp_path / "late.mp4"
        ffmpeg("-i", clip, "-c", "copy", late)
        path.write_bytes(late.read_bytes()[:200_000])
    elif kind == "breaks off":
        path.write_bytes(clip.read_bytes()[: clip.stat().st_size // 3])
    elif kind == "noise after a good head":
        path.write_bytes(clip.read_bytes()[:64] + bytes(range(256)) * 2000)
    return path


@pytest.mark.parametrize(
    ("bad_file", "code"),
    [
        ("audio only", "no-video"),
        ("sound with a cover", "no-video"),
        ("one picture", "too-short"),
        ("no samples", "empty"),
        ("index missing", "unreadable"),
        ("breaks off", "incomplete"),
        ("noise after a good head", "unreadable"),
    ],
    indirect=["bad_file"],
)
def test_transcode_refuses_in_words(bad_file, code, trainer):
    asset = transcoded(bad_file, trainer)
    assert (asset.state, asset.refusal) == (AssetState.REFUSED, code)
    assert asset.refusal_words
    assert asset.way_out
    assert Job.objects.get().state == JobState.FAILED
    assert not [
        one for one in files.folder_of(asset.public_id).iterdir() if one.name.endswith(".m3u8")
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        ("这是一份教案。\n".encode() * 99, "not-video"),
        (b"#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1/secret\n", "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        (b"\xef\xbb\xbf#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", "playlist"),
        (b"<?xml version='1.0'?><MPD></MPD>", "playlist"),
    ],
)
def test_import_refuses_what_is_no_container(content, code, trainer, tmp_path):
    path = tmp_path / "renamed.mp4"
    path.write_bytes(content)
    with pytest.raises(Problem) as problem:
        imported(path, trainer)
    assert problem.value.code == code
    assert not Asset.objects.exists()


def test_external_references_in_an_mp4_are_not_followed(small_clip, trainer, tmp_path):
    """A data reference that names another file is ignored: the encoder reads the uploaded file alone."""
    original = small_clip.read_bytes()
    assert b"url \x00\x00\x00\x01" in original  # flag 1: the data are in this file
    path = tmp_path / "dref.mp4"
    path.write_bytes(original.replace(b"url \x00\x00\x00\x01", b"alis\x00\x00\x00\x00"))
    asset = transcoded(path, trainer)
    # Whatever is made of it comes from its own bytes; nothing else was opened.
    assert asset.state in (AssetState.READY, AssetState.REFUSED)


def test_sweep_queues_the_job_of_a_dead_worker_again(small_clip, trainer):
    asset = imported(small_clip, trainer)
    now = timezone.now()
    job = jobs.claim(asset.job.pk, at=now)
    assert jobs.sweep(now + jobs.LEASE / 2) == 0
    assert jobs.sweep(now + jobs.LEASE * 2) == 1
    again = Job.objects.get()
    assert (again.state, again.attempt) == (JobState.QUEUED, 1)
    assert again.task_id != job.task_id
    transcode.run(job.pk)
    assert Job.objects.get().state == JobState.DONE


def test_claim_gives_up_a_file_that_killed_five_workers(small_clip, trainer):
    asset = imported(small_clip, trainer)
    Job.objects.update(attempt=jobs.MOST_ATTEMPTS)
    transcode.run(asset.job.pk)
    asset.refresh_from_db()
    assert (asset.state, asset.refusal) == (AssetState.REFUSED, "failed")
