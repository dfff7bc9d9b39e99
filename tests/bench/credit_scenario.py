"""10,000 scenarios of the contract's page through the command, start-up included."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lms.runtime import paths
from tests.bench.figures import Figure, best_of

SCENARIO = {
    "policy": "wenzhou-2012",
    "as_of": "2015-12-31",
    "person": {
        "joined_on": "2005-09-01",
        "roles": [
            {"role": "teacher", "from": "2005-09-01"},
            {"role": "class_teacher", "from": "2012-09-01", "to": "2014-08-31"},
        ],
    },
    "trainings": [
        {
            "id": "t1",
            "title": "...",
            "form": "concentrated",
            "level": "city",
            "themes": ["subject"],
            "purpose": "in_service",
            "accredited": True,
            "registered": True,
            "assessments": {"before": "pass", "during": "pass", "after": "pass"},
            "diploma_on": None,
            "sessions": [{"on": "2012-07-02", "hours": "10"}],
        }
    ],
}


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenarios.json"
        file.write_text(json.dumps([SCENARIO] * 10_000))
        argv = [sys.executable, "manage.py", "credit_scenario", str(file)]

        def run() -> None:
            subprocess.run(argv, cwd=paths.ROOT, check=True, stdout=subprocess.DEVNULL)

        return [Figure("credit_scenario, 10,000", best_of(2, run), "s", "at most", 10)]
