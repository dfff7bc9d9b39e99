"""Background work: an id in, one call of the domain."""

from django_tasks import task

from media.domain import transcode as domain


@task(queue_name="media")
def transcode(job_id: int) -> None:
    """Make a video playable."""
    domain.run(job_id)
