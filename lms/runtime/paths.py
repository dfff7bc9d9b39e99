"""Where the installation keeps what it leaves behind, and its generated secrets."""

import fcntl
import hashlib
import json
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("LMS_VAR", ROOT / "var")).resolve()


def short_id() -> str:
    """Eight hex digits that name this installation, for the few paths that must lie outside it."""
    return hashlib.sha256(str(VAR).encode()).hexdigest()[:8]


def secret(name: str) -> str:
    """The installation's secret of this name: 256 random bits, made at first use, kept in var/secrets.json (0600)."""
    VAR.mkdir(parents=True, exist_ok=True)
    path = VAR / "secrets.json"
    # Locked: web, worker and supervisor start together and must agree on one value.
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        known = json.loads(text) if text else {}
        if name not in known:
            known[name] = secrets.token_hex(32)
            file.seek(0)
            file.truncate()
            json.dump(known, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return str(known[name])
