"""`manage.py checkpoint`: sign the tree over all transfers now."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.credit.domain import checkpoints
from lms.credit.domain.tree import TreeError
from lms.credit.enums import CheckpointKind


class Command(BaseCommand):
    """Make a checkpoint; with --if-due only where the newest is of yesterday or older."""

    help = "Sign the record of all transfers as it is now, so that nobody can change it unnoticed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--kind",
            choices=CheckpointKind.values,
            default=CheckpointKind.DEMAND,
            help="What it is for (demand).",
        )
        parser.add_argument("--if-due", action="store_true", help="Only if today has none yet.")

    def handle(self, *, kind: str, if_due: bool, **_: Any) -> None:
        now = timezone.now()
        if if_due and not checkpoints.is_due(now):
            self.stdout.write("Today has its checkpoint.")
            return
        try:
            made = checkpoints.make_checkpoint(kind=CheckpointKind(kind), at=now)
        except TreeError as problem:
            raise CommandError(f"No checkpoint was signed: {problem}.") from problem
        self.stdout.write(str(checkpoints.note_of(made)), ending="")
