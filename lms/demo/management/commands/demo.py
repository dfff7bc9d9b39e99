"""`manage.py demo`: load the demo's content, then let invented teachers earn hours through the site's own doors."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.credit.domain import standing
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.enums import CheckpointKind
from lms.demo import people, story
from lms.demo.plan import load_plan
from lms.plugins.hooks import DemoPart
from lms.plugins.registry import registry


class Command(BaseCommand):
    """Load what is missing; print an account for each role, at once and when all is done."""

    help = "Load the demo's content and let some invented teachers learn. Running it again makes nothing twice."

    def handle(self, **_: Any) -> None:
        """Load people and each plugin's part, print the accounts, visit the running site, sign what stands then."""
        plan = load_plan()
        people.load_people(plan, today=timezone.localdate())
        standing.refresh_all(at=timezone.now())
        self._print_accounts()
        for part in registry.all(DemoPart):
            part.load(plan)
        self.stdout.write("  The catalogue is complete.")
        story.play(plan, site_url=settings.SITE_URL, say=self.stdout.write)
        make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())
        self._print_accounts()

    def _print_accounts(self) -> None:
        self.stdout.write(
            f"\n  Accounts ({settings.SITE_URL}/accounts/login/), password {people.PASSWORD}"
        )
        for account in people.accounts():
            self.stdout.write(f"    {account.role:14} {account.phone}  {account.name}")
        self.stdout.write("  A sign-in code asked for by phone is printed here.\n")
