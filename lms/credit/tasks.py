"""Background work: an id in, one call of the domain."""

from django.utils import timezone
from django_tasks import task

from lms.credit.domain import dry_run, registration, remind
from lms.credit.models.policy import DryRun
from lms.credit.models.reminder import Reminder


@task()
def run_dry_run(pk: int) -> None:
    """Try a draft on last year's record."""
    dry_run.run(DryRun.objects.select_related("policy").get(pk=pk), clock=timezone.now)


@task()
def mail_reminder(pk: int) -> None:
    """Mail what a teacher is reminded of."""
    remind.send(Reminder.objects.select_related("person", "by").get(pk=pk))


@task()
def register_many(pk: int) -> None:
    """Go on with what an officer asked to register."""
    registration.go_on(pk, clock=timezone.now)
