"""`manage.py load_policies`: publish the policies that come with the platform; `migrate` does it too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.credit.core.policy_table import PolicyError
from lms.credit.domain.policies import load_shipped


class Command(BaseCommand):
    """Publish what is new or changed, and say what that was."""

    help = (
        "Publishes the policies that come with the platform; what is there already stays as it is."
    )

    def handle(self, **_: Any) -> None:
        """Load, then list."""
        try:
            loaded = load_shipped(at=timezone.now())
        except PolicyError as error:
            raise CommandError(str(error)) from error
        for version in loaded:
            self.stdout.write(f"{version.policy.slug} {version.number}: {version.policy.title}")
