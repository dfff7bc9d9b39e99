"""`python -m lms.credit.witness`: a school or bureau watches a record and countersigns what only ever grew.

Needs Python and `cryptography`, no database and no Django. It keeps the last checkpoint that it signed (`--state`) and
its own key (`--key`, made at first use). It signs a newer one only when that continues the one it kept, so that nobody
can change or take back what was signed without every witness noticing.
"""

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credit.core import note
from lms.credit.core.checkpoint import (
    LARGEST_FILE,
    CheckpointFile,
    TreeHead,
    first_fault,
    parse_file,
    parse_head,
)
from lms.credit.core.note import BadNote, Key, Note, parse_key, parse_note

TIMEOUT_S = 60
_SEED_BYTES = 32


class Refused(Exception):
    """This checkpoint is not signed; the text says why."""


class Unavailable(Exception):
    """A file or site that cannot be read."""


@dataclass(frozen=True, slots=True)
class Own:
    """The witness's own name and key."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        """The public half, for the bureau to enter."""
        return Key(self.name, note.COSIGNATURE, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Kept:
    """What the witness knows: whose signatures it trusts, and the checkpoint that it signed last."""

    keys: tuple[Key, ...]
    note: Note

    @property
    def head(self) -> TreeHead:
        """What that checkpoint said."""
        return parse_head(self.note.text)


def examine(file: CheckpointFile, kept: Kept | None, trusted: tuple[Key, ...]) -> None:
    """Raises Refused where a checkpoint is not signed by a trusted key or does not continue the kept one."""
    if fault := first_fault(file, trusted):
        raise Refused(fault)
    if kept is None:
        return
    old, new = kept.head, file.head
    if new.origin != old.origin:
        raise Refused(f"this is the record {new.origin}, not {old.origin}")
    if new.size < old.size:
        raise Refused(
            f"the record was rolled back: it has {new.size} transfers, and on {old.at:%Y-%m-%d} you signed {old.size}."
            " It was restored from an older backup, or transfers were removed"
        )
    if new.at < old.at:
        raise Refused(
            f"this checkpoint is older than the one that you signed, of {old.at.isoformat()}"
        )
    if new.size == old.size:
        before: bytes | None = new.root
    else:
        before = next((step.head.root for step in file.steps if step.head.size == old.size), None)
    if before is None and old.size:
        raise Refused(
            f"the record no longer knows the checkpoint of {old.size} transfers that you signed on {old.at:%Y-%m-%d}:"
            " it was restored from an older backup and went on, or was made anew"
        )
    if old.size and before != old.root:
        raise Refused(
            f"the record was changed: its first {old.size} transfers are not the ones that you signed on"
            f" {old.at:%Y-%m-%d}"
        )


def countersign(own: Own, file: CheckpointFile, *, at_s: int) -> Note:
    """The checkpoint with its own signatures and ours."""
    mine = note.cosign(file.note.text, own.name, own.private, at_s=at_s)
    log = [one for one in file.note.signatures if one.name == file.head.origin]
    return Note(file.note.text, (*log, mine))


def main(argv: list[str] | None = None) -> int:
    """0: signed. 1: refused. 2: could not be tried."""
    options = _parser().parse_args(argv)
    try:
        own = _own(options.key, options.name)
        if options.source is None:
            _say(own.key.vkey)
            return 0
        kept = _kept(options.state)
        trusted = tuple(parse_key(one) for one in options.log_key) + (kept.keys if kept else ())
        file = parse_file(_read(options.source, kept))
        if not trusted:
            trusted = tuple(key for key in file.keys if key.kind == note.ED25519)
            _warn("First contact. Compare these keys with the ones that the bureau gave you:")
            for key in trusted:
                _warn(f"  {key.vkey}")
        examine(file, kept, trusted)
        signed = countersign(own, file, at_s=int(time.time()))
        # Kept before it is handed out: a witness that forgets what it signed could sign two that contradict each other.
        _keep(options.state, Kept(trusted, signed))
        _say(str(signed), end="")
        if options.upload:
            _upload(options.upload, signed)
    except (Refused, BadNote) as problem:
        _warn(f"REFUSED: {problem}. Nothing was signed. Keep {options.state} and tell the bureau.")
        return 1
    except (Unavailable, OSError) as problem:
        _warn(str(problem))
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lms.credit.witness", description=__doc__)
    parser.add_argument("source", nargs="?", help="a checkpoint file, or its address")
    parser.add_argument(
        "--key", type=Path, required=True, help="this witness's own key; made at first use"
    )
    parser.add_argument("--name", help="for a new key: its name, such as school.example.cn/witness")
    parser.add_argument(
        "--state", type=Path, default=Path("witness.json"), help="what was signed last"
    )
    parser.add_argument(
        "--log-key",
        action="append",
        default=[],
        metavar="VKEY",
        help="a key of the record, from the bureau",
    )
    parser.add_argument(
        "--upload",
        metavar="URL",
        help="where to hand the signature in: <site>/checkpoints/witness/",
    )
    return parser


def _own(path: Path, name: str | None) -> Own:
    if not path.exists():
        if not name or not note.is_name(name):
            raise Unavailable(
                f"{path} does not exist. Give the new key a name: --name school.example.cn/witness"
            )
        seed = os.urandom(_SEED_BYTES)
        _write(path, {"name": name, "seed": base64.b64encode(seed).decode()})
        line = _made(name, seed).key.vkey
        _warn(f"A new key was made. Keep {path} to yourself; give the bureau this line:\n  {line}")
    said = _json(path)
    try:
        return _made(said["name"], base64.b64decode(said["seed"], validate=True))
    except (KeyError, TypeError, ValueError) as problem:
        raise Unavailable(f"{path} holds no key of a witness.") from problem


def _made(name: str, seed: bytes) -> Own:
    return Own(name, Ed25519PrivateKey.from_private_bytes(seed))


def _kept(path: Path) -> Kept | None:
    if not path.exists():
        return None
    said = _json(path)
    try:
        return Kept(tuple(parse_key(one) for one in said["keys"]), parse_note(said["note"]))
    except (KeyError, TypeError) as problem:
        raise Unavailable(f"{path} is not what this command wrote.") from problem


def _keep(path: Path, kept: Kept) -> None:
    _write(path, {"keys": [key.vkey for key in kept.keys], "note": str(kept.note)})


def _read(source: str, kept: Kept | None) -> bytes:
    if not source.startswith(("http://", "https://")):
        return Path(source).read_bytes()
    if kept:
        # Only the proof that we need, not the whole of the record's past.
        joined = "&" if urllib.parse.urlsplit(source).query else "?"
        source = f"{source}{joined}from={kept.head.size}"
    return _ask(urllib.request.Request(source))  # noqa: S310 - http or https, see above


def _upload(url: str, signed: Note) -> None:
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        url, data=str(signed).encode(), headers={"Content-Type": "text/plain; charset=utf-8"}
    )
    _warn(_ask(request).decode())


def _ask(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            content: bytes = answer.read(LARGEST_FILE + 1)
            return content
    except urllib.error.HTTPError as problem:
        said = problem.read(2000).decode(errors="replace")
        if problem.code == 409:
            raise Refused(said.rstrip(".")) from problem
        raise Unavailable(f"{request.full_url}: {problem.code} {said}") from problem
    except urllib.error.URLError as problem:
        raise Unavailable(f"{request.full_url}: {problem.reason}") from problem


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except ValueError as problem:
        raise Unavailable(f"{path} holds no JSON.") from problem


def _write(path: Path, said: Any) -> None:
    """All or nothing, and for nobody else to read."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _say(line: str, end: str = "\n") -> None:
    print(line, end=end, flush=True)  # noqa: T201 - a command


def _warn(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command


if __name__ == "__main__":
    sys.exit(main())
