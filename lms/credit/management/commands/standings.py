"""`manage.py standings`: work out where everybody stands with their policy."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.credit.domain import standing


class Command(BaseCommand):
    """A new day, a post or a policy leaves standings behind; the worker calls this each night."""

    help = (
        "Work out where every teacher stands with their policy. Stopped, it goes on where it was."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="Also those that are up to date (only what is behind).",
        )

    def handle(self, *, all: bool, verbosity: int, **_: Any) -> None:
        def say(done: int) -> None:
            if verbosity > 1:
                self.stdout.write(f"{done} ...")

        done = standing.refresh_all(at=timezone.now(), again=all, say=say)
        self.stdout.write(f"{done} worked out.")
