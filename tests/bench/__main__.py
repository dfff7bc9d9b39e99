"""`python -m tests.bench [NAME ...]`: measure everything, or only the modules named."""

import importlib
import sys

from lms.runtime import paths
from tests.bench import figures

MODULES = (
    "credit_scenario",
    "posting",
    "city",
    "transcode",
    "reports",
    "live_picture",
    "pages",
    "room",
    "start",
)


def main(names: list[str]) -> int:
    found: list[figures.Figure] = []
    for name in names or MODULES:
        print(f"measuring {name} ...", flush=True)
        found += importlib.import_module(f"tests.bench.{name}").measure()
    print("\n" + figures.table(found))
    paths.VAR.mkdir(exist_ok=True)
    figures.write(found, paths.VAR / "bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
