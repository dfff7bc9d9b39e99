"""`manage.py ledger_check`: read the whole ledger again and name the first thing that is wrong."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.credit.core import checkpoint
from lms.credit.core.note import BadNote
from lms.credit.domain import audit


class Command(BaseCommand):
    """Exit 0 when everything agrees, 1 with a sentence when something does not."""

    help = "Derive every balance, chain and signature again from the rows, and name the first thing that is wrong."
    requires_system_checks: list[str] = []  # what is asked for is in the database alone

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--progress", action="store_true", help="Say how far it is.")
        parser.add_argument(
            "--against",
            type=Path,
            metavar="FILE",
            help="A checkpoint file that a witness kept: the record must continue it.",
        )

    def handle(self, *, progress: bool, against: Path | None, **_: Any) -> None:
        start = time.perf_counter()
        kept = _note_in(against) if against else None
        fault = audit.first_fault(say=self._say if progress else _silent, against=kept)
        if fault:
            self.stderr.write(f"WRONG: {fault}.")
            sys.exit(1)
        self.stdout.write(f"Everything agrees ({time.perf_counter() - start:.1f} s).")

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()


def _silent(_line: str) -> None:
    """Nobody asked."""


def _note_in(path: Path) -> str:
    try:
        return str(checkpoint.parse_file(path.read_bytes()).note)
    except (OSError, BadNote) as problem:
        raise CommandError(f"{path}: {problem}") from problem
