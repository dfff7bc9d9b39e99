"""The command all scenario commands are made of."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand

from lms.credit.core import scenarios


class ScenarioCommand(BaseCommand):
    """Evaluates scenario files; a subclass says how one scenario is evaluated. Touches no database.

    Exit status 0 when all were evaluated, 2 when anything is malformed: then one line on standard
    error and nothing on standard output.
    """

    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="a scenario file; - reads standard input"
        )

    def evaluate(self, scenario: Any) -> Mapping[str, Any]:
        """The result of one scenario as JSON gave it (see `scenarios.run`); raises `Malformed`."""
        raise NotImplementedError

    def handle(self, *, files: list[str], **options: Any) -> None:
        ran = scenarios.run(files, self.evaluate)
        self.stdout.write(ran.out, ending="")
        self.stderr.write(ran.error, style_func=str, ending="")
        if ran.status:
            sys.exit(ran.status)
