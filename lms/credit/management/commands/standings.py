"""`manage.py standings`: work out where everybody stands with their policy."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.credit.domain import standing
from lms.credit.domain.audit import standings


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

        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing: compare what is kept with what the ledger gives, and name the first that differs.",
        )

    def handle(self, *, all: bool, check: bool, verbosity: int, **_: Any) -> None:
        if check:
            if wrong := standings.first_wrong(at=timezone.now()):
                self.stderr.write(f"WRONG: {wrong}.")
                sys.exit(1)
            self.stdout.write("Everything agrees.")
            return

        def say(done: int) -> None:
            if verbosity > 1:
                self.stdout.write(f"{done} ...")

        done = standing.refresh_all(at=timezone.now(), again=all, say=say)
        self.stdout.write(f"{done} worked out.")
