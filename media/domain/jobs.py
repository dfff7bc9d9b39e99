"""Jobs: queued, claimed under a lease, renewed, and queued again when whoever ran them is gone.

django-tasks-db leaves the task of a killed worker RUNNING for ever, so the job row says what is true: a run holds the
job while its lease lasts, and every write of a run names its attempt, so that a run that lost the job changes nothing.
"""

import datetime
import logging
from importlib import import_module

from django.db import transaction
from django.db.models import F
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from media.enums import AssetState, JobState, Stage
from media.models.assets import Asset, Job

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(seconds=30)
RENEW_EVERY_S = 10
MOST_ATTEMPTS = 5
#: A task that was taken this long ago and whose job still waits was lost between the two.
LOST_AFTER = datetime.timedelta(seconds=20)
_UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def enqueue(asset: Asset, *, at: datetime.datetime) -> Job:
    """The asset's job, waiting for a worker; its task is written in the same transaction."""
    job, _ = Job.objects.update_or_create(
        asset=asset,
        defaults={
            "state": JobState.QUEUED,
            "stage": Stage.WAITING,
            "progress": 0,
            "attempt": 0,
            "queued_at": at,
            "lease_until": None,
            "last_error": "",
        },
    )
    _send(job)
    return job


def claim(job_id: int, *, at: datetime.datetime) -> Job | None:
    """Take a job that waits or whose lease ran out; None when it is done or held by somebody else."""
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).select_related("asset").get(pk=job_id)
        held = job.state == JobState.RUNNING and job.lease_until and job.lease_until > at
        if held or job.state in (JobState.DONE, JobState.FAILED):
            return None
        if job.attempt >= MOST_ATTEMPTS:
            # Its workers died, every time: the file may be what kills them.
            Job.objects.filter(pk=job.pk).update(
                state=JobState.FAILED, stage=Stage.OVER, lease_until=None
            )
            Asset.objects.filter(pk=job.asset_id).update(state=AssetState.REFUSED, refusal="failed")
            return None
        job.state, job.stage, job.progress = JobState.RUNNING, Stage.CHECKING, 0
        job.attempt += 1
        job.lease_until = at + LEASE
        job.save()
        Asset.objects.filter(pk=job.asset_id).update(state=AssetState.TRANSCODING)
    return job


def renew(job: Job, *, at: datetime.datetime) -> bool:
    """Keep the job for another lease; False when it is no longer ours."""
    return bool(_ours(job).update(lease_until=at + LEASE))


def report(job: Job, *, stage: Stage, progress: int) -> None:
    """Say how far the run is, in thousandths."""
    _ours(job).update(stage=stage, progress=progress)


def give_back(job: Job, *, error: str, at: datetime.datetime) -> bool:
    """After a failure: queue the job again. False when it was tried often enough; then it is still ours to end."""
    if job.attempt >= MOST_ATTEMPTS:
        return False
    with transaction.atomic():
        changed = _ours(job).update(
            state=JobState.QUEUED,
            stage=Stage.WAITING,
            progress=0,
            queued_at=at,
            lease_until=None,
            last_error=error,
        )
        if changed:
            job.refresh_from_db()
            _send(job)
    return True


def hand_over(job: Job, *, at: datetime.datetime) -> None:
    """Queue the job again because its worker was asked to stop; this run does not count as a try."""
    with transaction.atomic():
        changed = _ours(job).update(
            state=JobState.QUEUED,
            stage=Stage.WAITING,
            attempt=job.attempt - 1,
            queued_at=at,
            lease_until=None,
        )
        if changed:
            job.refresh_from_db()
            _send(job)


def finish(job: Job, *, state: JobState, error: str = "") -> bool:
    """End the job in the transaction at hand; False when it is no longer ours."""
    last = {"last_error": error} if error else {}
    progress = 1000 if state == JobState.DONE else F("progress")
    return bool(
        _ours(job).update(
            state=state, stage=Stage.OVER, progress=progress, lease_until=None, **last
        )
    )


def sweep(at: datetime.datetime) -> int:
    """Queue again what a dead worker held, and what was lost before a worker held it; how many jobs."""
    return _sweep_expired(at) + _sweep_lost(at)


def _ours(job: Job):  # type: ignore[no-untyped-def]
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempt=job.attempt)


def _sweep_expired(at: datetime.datetime) -> int:
    with transaction.atomic():
        jobs = list(
            Job.objects.select_for_update(skip_locked=True).filter(
                state=JobState.RUNNING, lease_until__lt=at
            )
        )
        for job in jobs:
            logger.warning(
                "Job %s: its worker is gone (attempt %s); queued again", job.pk, job.attempt
            )
            _requeue(job, at)
    return len(jobs)


def _sweep_lost(at: datetime.datetime) -> int:
    with transaction.atomic():
        waiting = Job.objects.select_for_update(skip_locked=True).filter(
            state=JobState.QUEUED, queued_at__lt=at - LOST_AFTER
        )
        tasks = {
            str(task.pk): task
            for task in DBTaskResult.objects.filter(
                pk__in=[job.task_id for job in waiting if job.task_id]
            )
        }
        lost = [job for job in waiting if _is_lost(tasks.get(job.task_id), at)]
        for job in lost:
            _requeue(job, at)
    return len(lost)


def _is_lost(task: DBTaskResult | None, at: datetime.datetime) -> bool:
    if task is None:
        return True
    if task.status == TaskResultStatus.RUNNING:
        return task.started_at is None or task.started_at < at - LOST_AFTER
    return bool(task.status != TaskResultStatus.READY)


def _requeue(job: Job, at: datetime.datetime) -> None:
    """The attempt stays counted: a file that kills its worker must not be tried for ever."""
    DBTaskResult.objects.filter(pk=job.task_id, status__in=_UNFINISHED).update(
        status=TaskResultStatus.FAILED, finished_at=at
    )
    job.state, job.stage, job.progress = JobState.QUEUED, Stage.WAITING, 0
    job.queued_at, job.lease_until = at, None
    job.save()
    _send(job)


def _send(job: Job) -> None:
    """Write the task row; a worker sees it when the transaction commits."""
    # By name: tasks call the domain, the domain must not import them.
    task = import_module("media.tasks").transcode
    job.task_id = str(task.enqueue(job.pk).id)
    job.save(update_fields=["task_id"])
