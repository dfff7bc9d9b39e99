"""`manage.py checkpoint`: sign the tree over all transfers now."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.credit.domain import checkpoints
from lms.credit.domain.tree import TreeError
from lms.credit.enums import CheckpointKind


class Command(BaseCommand):
    """Make a checkpoint, whether one is due or not; `manage.py clock` makes those that are."""

    help = "Sign the record of all transfers as it is now, so that nobody can change it unnoticed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--kind",
            choices=CheckpointKind.values,
            default=CheckpointKind.DEMAND,
            help="What it is for (demand).",
        )

    def handle(self, *, kind: str, **_: Any) -> None:
        try:
            made = checkpoints.make_checkpoint(kind=CheckpointKind(kind), at=timezone.now())
        except TreeError as problem:
            raise CommandError(f"No checkpoint was signed: {problem}.") from problem
        self.stdout.write(str(checkpoints.note_of(made)), ending="")
