"""`python -m lms.runtime.needs chromium ffmpeg`: fails, saying how to get it, where a real part is missing."""

import shutil
import sys
from pathlib import Path

HOW = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium"),
    "coturn": (("turnserver",), "apt-get install --no-install-recommends coturn"),
    "ffmpeg": (("ffmpeg",), "apt-get install ffmpeg"),
    "libreoffice": (
        ("soffice", "libreoffice"),
        "apt-get install --no-install-recommends libreoffice-impress",
    ),
    "nginx-rtmp": (
        ("/usr/lib/nginx/modules/ngx_rtmp_module.so",),
        "apt-get install nginx libnginx-mod-rtmp",
    ),
    "redis": (("redis-server", "valkey-server"), "apt-get install redis-server"),
}


def find(part: str) -> str | None:
    """The path of the first program or file that serves as `part`, or None."""
    return next(
        (path for name in HOW[part][0] if (path := shutil.which(name) or _file(name))), None
    )


def _file(name: str) -> str | None:
    return name if name.startswith("/") and Path(name).is_file() else None


def main(parts: list[str]) -> int:
    """0 when all parts are here; else 1 after a sentence for each that is not."""
    missing = [part for part in parts if find(part) is None]
    for part in missing:
        print(f"{part} is missing. Get it with: {HOW[part][1]}", file=sys.stderr)  # noqa: T201 - a command
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
