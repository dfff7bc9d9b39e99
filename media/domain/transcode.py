"""From an uploaded file to something playable, or to a sentence that says why not. May run twice for the same job."""

import hashlib
import logging
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from media import encoder
from media.core import ladder, playlists
from media.core.ladder import Rendition as Rung
from media.domain import files, jobs
from media.domain.lease import Lease, persistently
from media.encoder.run import Failed
from media.enums import AssetState, JobState, Stage
from media.models.assets import Asset, Job, Rendition
from media.refusals import Refused

logger = logging.getLogger(__name__)

SHORTEST_MS = 1000
#: A made video may be this much shorter than the file said: sound and picture seldom end together.
MISSING_MS, MISSING_SHARE = 1500, 0.05
PROGRESS_EVERY_S = 0.5
_READ_BYTES = 2**20
#: What ffmpeg says of a file that no further attempt will read.
INVALID = "Invalid data found when processing input"


class Lost(Exception):
    """Somebody else has the job now."""


def run(job_id: int) -> None:
    """Do a job if it can be had. Ends with a playable video, a refusal, the job queued again, or nothing (not ours)."""
    job = persistently(lambda: jobs.claim(job_id, at=timezone.now()))
    if job is None:
        return
    try:
        with Lease(job) as lease:
            _make(job, lease)
    except Refused as refused:
        code = refused.code
        persistently(lambda: _refuse(job, code))
    except (Lost, encoder.Stopped):
        logger.warning("Job %s: lost its lease, somebody else goes on", job.pk)
    except (Failed, OSError) as failure:
        _fail(job, str(failure))
    except SystemExit:
        # The worker is asked to stop: whoever comes next need not wait until the lease runs out.
        persistently(lambda: jobs.hand_over(job, at=timezone.now()), for_s=5)
        logger.info("Job %s: told to stop, the next worker goes on", job.pk)


def _fail(job: Job, error: str) -> None:
    """Try again later, or say that it cannot be done."""
    logger.warning("Job %s, attempt %s: %s", job.pk, job.attempt, error)
    if INVALID in error:
        persistently(lambda: _refuse(job, "unreadable", error=error))
    elif not persistently(lambda: jobs.give_back(job, error=error, at=timezone.now())):
        persistently(lambda: _refuse(job, "failed", error=error))


def _make(job: Job, lease: Lease) -> None:
    source = files.source_of(job.asset_id)
    digest = _digest(source)
    found = encoder.probe(source)
    if (
        found.probe.video_codec
        and found.probe.duration_ms
        and found.probe.duration_ms < SHORTEST_MS
    ):
        raise Refused("too-short")
    if refusal := ladder.check_probe(found.probe):
        raise Refused(str(refusal))
    rungs = ladder.ladder(found.probe)
    part = files.start_build(job.asset_id)
    plan = encoder.plan_hls(source, part, found, rungs)
    limits = encoder.limits_for(
        found.probe.duration_ms, memory_bytes=settings.MEDIA_ENCODER_MEMORY_BYTES
    )
    encoder.encode(plan, limits, on_progress=_Progress(job), stop=lease.lost)
    duration_ms = check_build(part, rungs, told_ms=found.probe.duration_ms)
    (part / playlists.MASTER_NAME).write_text(playlists.master(rungs))
    if lease.lost.is_set():
        raise Lost
    sizes = {rung.name: _size(part / rung.name) for rung in rungs}
    build = files.finish_build(part)
    persistently(lambda: _publish(job, build, digest, duration_ms, rungs, sizes))


class _Progress:
    """Writes progress down, twice a second at most; a database that is away is no reason to stop encoding."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._due = 0.0

    def __call__(self, thousandths: int) -> None:
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + PROGRESS_EVERY_S
        persistently(lambda: jobs.report(self._job, stage=Stage.ENCODING, progress=thousandths))


def check_build(folder: Path, rungs: list[Rung], *, told_ms: int) -> int:
    """The made video's length in milliseconds. Raises Refused where it breaks off, Failed where it is not whole."""
    lengths = []
    for rung in rungs:
        with (folder / rung.name / playlists.PLAYLIST_NAME).open() as file:
            segments = playlists.segment_lengths(file)
        if not segments:
            raise Failed(f"{rung.name}: the playlist has no end")
        lengths.append(segments)
    if any(one != lengths[0] for one in lengths):
        raise Failed("keyframes of the renditions do not fall together")
    made_ms = int(sum(lengths[0]) * 1000)
    if made_ms <= 0:
        raise Refused("empty")
    if made_ms + max(MISSING_MS, told_ms * MISSING_SHARE) < told_ms:
        raise Refused("incomplete")
    if not (folder / playlists.POSTER_NAME).exists():
        raise Failed("no poster was made")
    return made_ms


def _publish(
    job: Job, build: str, digest: str, duration_ms: int, rungs: list[Rung], sizes: dict[str, int]
) -> None:
    """Make the build the one that is played, if the job is still ours."""
    with transaction.atomic():
        if not jobs.finish(job, state=JobState.DONE):
            raise Lost
        asset = Asset.objects.select_for_update().get(pk=job.asset_id)
        asset.state, asset.refusal, asset.build = AssetState.READY, "", build
        asset.duration_ms, asset.source_sha256 = duration_ms, digest
        asset.save()
        asset.renditions.all().delete()
        Rendition.objects.bulk_create(
            Rendition(
                asset=asset,
                name=rung.name,
                width=rung.width,
                height=rung.height,
                bandwidth=rung.bandwidth,
                size_bytes=sizes[rung.name],
            )
            for rung in rungs
        )
    files.drop_other_builds(asset)


def _refuse(job: Job, code: str, *, error: str = "") -> None:
    with transaction.atomic():
        if jobs.finish(job, state=JobState.FAILED, error=error):
            Asset.objects.filter(pk=job.asset_id).update(state=AssetState.REFUSED, refusal=code)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
