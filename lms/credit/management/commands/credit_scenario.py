"""`manage.py credit_scenario FILE [FILE ...]`: try a policy on scenarios; needs no database."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lms.credit.core.credit_scenarios import evaluate_scenario, scenario_reader
from lms.credit.core.policy import SHIPPED, PolicyShelf
from lms.credit.management.scenario import ScenarioCommand


def _folder(argument: str) -> Path:
    folder = Path(argument)
    if not folder.is_dir():
        raise ArgumentTypeError(f"{argument} is no folder")
    return folder


class Command(ScenarioCommand):
    """Evaluates credit scenarios under the shipped policies, or those of a folder being drafted."""

    help = "Evaluates credit-hour scenarios and prints one JSON array of results."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Besides the files: the folder of policies, to try one before adopting it."""
        super().add_arguments(parser)
        parser.add_argument(
            "--policies",
            type=_folder,
            default=SHIPPED,
            metavar="FOLDER",
            help="a folder of policy files to use instead of the shipped ones",
        )

    def handle(self, *, files: list[str], **options: Any) -> None:
        """Find the policies, then evaluate."""
        self._read = scenario_reader(PolicyShelf(options["policies"]))
        super().handle(files=files, **options)

    def evaluate(self, scenario: Any) -> Mapping[str, Any]:
        """The result of one scenario."""
        return evaluate_scenario(self._read, scenario)
