"""Check a certificate or statement file away from the platform: no Django, no database, no network.

    python -m lms.credit.verify FILE [--checkpoint NEWER.json] [--key VKEY] [--lang zh|en] [--json]

FILE is the JSON or the PDF that carries it. Needs Python, the package `cryptography` and this folder's `core`.
Ends with 0 where the paper is genuine, 1 where it is not or was revoked, 2 where that cannot be told.
"""

import argparse
import datetime
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lms.credit.core import moves, papers, sealed
from lms.credit.core.lines import HERE
from lms.credit.core.note import BadNote, parse_key
from lms.credit.core.sealed import Report, Verdict

WORDS = Path(__file__).with_name("verify_words.json")
EXITS = {Verdict.GENUINE: 0, Verdict.CHANGED: 1, Verdict.REVOKED: 1}
CANNOT_TELL = 2
_MARKS = {Verdict.GENUINE: "✔", Verdict.CHANGED: "✘", Verdict.REVOKED: "✘"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file, say what is true of it, and answer the exit code."""
    asked = _parser().parse_args(arguments)
    words = json.loads(WORDS.read_text("utf-8"))[asked.lang or _language()]
    try:
        trusted = [parse_key(one) for one in asked.key] if asked.key else None
    except BadNote:
        return _say([words["bad-key"]], CANNOT_TELL)
    try:
        content = asked.file.read_bytes()
        newer = asked.checkpoint.read_bytes() if asked.checkpoint else None
    except OSError as refused:
        return _say([f"{words['no-file']} {refused.filename}"], CANNOT_TELL)
    report = sealed.check(content, newer=newer, trusted=trusted)
    code = EXITS.get(report.verdict, CANNOT_TELL)
    if asked.json:
        return _say([json.dumps(_plain(report), ensure_ascii=False)], code)
    return _say(_sentences(report, words, pdf=content[:5] == b"%PDF-", alone=newer is None), code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lms.credit.verify", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--checkpoint", type=Path, metavar="NEWER", help="a newer checkpoint file")
    parser.add_argument("--key", action="append", metavar="VKEY", help="a key known from elsewhere")
    parser.add_argument("--lang", choices=("zh", "en"))
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _language() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if said.startswith("zh") else "en"


def _say(lines: Sequence[str], code: int) -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


def _sentences(report: Report, words: Mapping[str, str], *, pdf: bool, alone: bool) -> list[str]:
    lines = [f"{_MARKS.get(report.verdict, '?')} {words[report.verdict]}"]
    if report.fault == "revoked":
        lines.append(f"  {words['revoked-words'].format(count=len(report.revoked))}")
    elif report.fault:
        lines.append(f"  {words[report.fault]}")
    if report.payload and report.verdict != Verdict.CHANGED:
        lines += ["", *(f"  {label}: {value}" for label, value in _stated(report, words))]
    notes = [*report.notes, *(["pdf-compare"] if pdf and report.payload else [])]
    if alone and report.verdict == Verdict.GENUINE:
        notes.append("no-newer")
    lines += ["", *(f"  · {_note(one, report, words)}" for one in notes)] if notes else []
    return lines


def _note(word: str, report: Report, words: Mapping[str, str]) -> str:
    head = report.newer if word == "not-revoked" else report.head
    return words[word].format(
        size=head.size if head else "",
        time=_moment(head.at) if head else "",
        key=report.key.vkey if report.key else "",
    )


def _stated(report: Report, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the paper says, label by label."""
    payload = report.payload or {}
    rows = [
        (words[f"type-{payload['type']}"], str(payload.get("code", ""))),
        (words["person"], str(payload["person"].get("name", ""))),
        (words["issuer"], f"{payload.get('issuer', '')} {payload.get('site', '')}"),
    ]
    if payload["type"] == papers.CERTIFICATE:
        days = ", ".join(day for day, _hours in payload["lines"])
        return [
            *rows,
            (words["training"], payload["training"].get("title", "")),
            (words["hours"], payload["hours"]),
            (words["days"], days),
        ]
    period = payload["period"]
    return [
        *rows,
        (words["period"], f"{period['from']} {words['to']} {period['to']}"),
        (words["known-at"], _moment(datetime.datetime.fromisoformat(payload["known_at"]))),
        (words["counted"], papers.counted(payload["totals"]).fixed()),
        *(
            (words[f"state-{state}"], payload["totals"][state])
            for state in moves.PERSONAL
            if state in payload["totals"]
        ),
        *(
            (words["training"], _line(entry, report.revoked, words))
            for entry in payload["entries"]
        ),
    ]  # fmt: skip


def _moment(at: datetime.datetime) -> str:
    return f"{at.astimezone(HERE):%Y-%m-%d %H:%M} (UTC+8)"


def _line(entry: Mapping[str, Any], revoked: Sequence[str], words: Mapping[str, str]) -> str:
    days = ", ".join(f"{day} {hours}" for day, hours in entry["lines"])
    state = "taken-back" if entry["counts_by"] in revoked else f"state-{entry['state']}"
    return f"{entry['training'].get('title', '')} · {words[state]} · {days}"


def _plain(report: Report) -> dict[str, Any]:
    return {
        "verdict": report.verdict.value,
        "fault": report.fault,
        "notes": list(report.notes),
        "revoked": list(report.revoked),
        "key": report.key.vkey if report.key else None,
    }


if __name__ == "__main__":
    sys.exit(main())
