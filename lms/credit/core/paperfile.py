"""A statement or certificate as a file: JSON in one spelling, by itself or carried by its PDF. Its form, not its truth.

The page that checks files in a browser (`lms/web/assets/verifier/`) reads by the same rules; a test compares the two.
"""

import base64
import datetime
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lms.credit.core import chain, merkle, papers
from lms.credit.core.note import BadNote, Key, from_base64, parse_key

LARGEST = 20_000_000
"""Bytes of a file, and of what a PDF carries."""
_DEEPEST = 40
_BIGGEST = 2**53 - 1
"""The largest whole number that every program reads the same."""
_MOST_HUNDREDTHS = 10**9
_HEX = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"2[01][0-9]{2}-[01][0-9]-[0-3][0-9]")
_MOMENT = re.compile(
    r"2[01][0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}\+00:00"
)


class Unreadable(ValueError):
    """Not a file of ours, or none any more."""


@dataclass(frozen=True, slots=True)
class Carried:
    """One transfer in the file, and where it stands in the tree, if it does yet."""

    told: papers.Told
    previous: str
    position: int | None
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file in good form; nothing in it is checked yet."""

    payload: dict[str, Any]
    key: str
    signature: str
    transfers: tuple[Carried, ...]
    note: str | None
    keys: tuple[Key, ...]


def write(paper: Paper) -> bytes:
    """The file's bytes: canonical JSON, in one spelling."""
    return chain.canonical(
        {
            "format": papers.FORMAT,
            "payload": paper.payload,
            "key": paper.key,
            "signature": paper.signature,
            "transfers": [
                {
                    "content": dict(one.told.content),
                    "previous": one.previous,
                    "chain_version": chain.VERSION,
                    "position": one.position,
                    "proof": [base64.b64encode(step).decode() for step in one.proof],
                }
                for one in paper.transfers
            ],
            "checkpoint": paper.note,
            "keys": [key.vkey for key in paper.keys],
        }
    )


def read(content: bytes) -> Paper:
    """The file in its parts. Raises Unreadable with a word that says why."""
    said = _attached(content) if content[:5] == b"%PDF-" else parsed(content)
    if not isinstance(said, dict) or said.get("format") != papers.FORMAT:
        raise Unreadable("not-ours")
    try:
        return _paper(said)
    except (BadNote, KeyError, TypeError, ValueError) as error:
        raise Unreadable("broken") from error


def _attached(pdf: bytes) -> Any:
    """What a PDF of ours carries. Raises Unreadable where it carries nothing whole, or two different ones."""
    found = {one for one in map(_inflated, _streams(pdf)) if one is not None}
    try:
        (carried,) = found
        return parsed(carried)
    except ValueError as error:
        raise Unreadable("nothing-attached") from error


def _streams(pdf: bytes) -> Iterable[bytes]:
    at = 0
    while (at := pdf.find(b"stream", at)) >= 0:
        begun = at > 2 and pdf[at - 3 : at] != b"end"
        at += 6
        if pdf[at : at + 2] == b"\r\n":
            at += 2
        elif pdf[at : at + 1] == b"\n":
            at += 1
        else:
            begun = False
        if begun:
            yield pdf[at:]


_BEGINS = b'{"checkpoint":'


def _inflated(stream: bytes) -> bytes | None:
    """A stream's bytes where they are a file of ours, compressed or not; its checksum is not asked, the seal is."""
    if stream.startswith(_BEGINS):
        return stream[: stream.find(b"endstream")].rstrip(b"\r\n")
    if len(stream) < 2 or stream[0] & 0x0F != 8 or (stream[0] << 8 | stream[1]) % 31:
        return None
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        out = inflater.decompress(stream[2:], len(_BEGINS))
        if out != _BEGINS:
            return None
        out += inflater.decompress(inflater.unconsumed_tail, LARGEST)
    except zlib.error:
        return None
    return out if inflater.eof else None


def parsed(content: bytes) -> Any:
    """JSON that is its own canonical form; a file that was opened and saved again is refused. Raises Unreadable."""
    content = content.removesuffix(b"\n")
    try:
        said = json.loads(content.decode())
        if len(content) <= LARGEST and _is_plain(said, 0) and chain.canonical(said) == content:
            return said
    except (ValueError, TypeError, RecursionError):
        pass
    raise Unreadable("not-canonical")


def _is_plain(said: Any, depth: int) -> bool:
    """No deeper than every program follows, no number that some program rounds."""
    if depth > _DEEPEST:
        return False
    if isinstance(said, dict):
        return all(_is_plain(one, depth + 1) for one in said.values())
    if isinstance(said, list):
        return all(_is_plain(one, depth + 1) for one in said)
    return not isinstance(said, int) or abs(said) <= _BIGGEST


def _paper(said: dict[str, Any]) -> Paper:
    payload = _is(said["payload"], dict)
    _check_payload(payload)
    note = said["checkpoint"]
    return Paper(
        payload=payload,
        key=_is(said["key"], str),
        signature=_is(said["signature"], str),
        transfers=tuple(_carried(one) for one in _some(said["transfers"])),
        note=None if note is None else _is(note, str),
        keys=tuple(parse_key(_is(one, str)) for one in _some(said["keys"])),
    )


def _check_payload(payload: dict[str, Any]) -> None:
    if payload["type"] not in papers.SEALS:
        raise ValueError("neither certificate nor statement")
    _is(_is(payload["person"], dict)["id"], str)
    if payload["type"] == papers.STATEMENT:
        period = _is(payload["period"], dict)
        for day in (period["from"], period["to"]):
            _fits(day, _DAY)
        _moment(payload["known_at"])


def _carried(said: Any) -> Carried:
    content = _is(_is(said, dict)["content"], dict)
    for name, kinds in _CONTENT.items():
        if type(content[name]) not in kinds:
            raise TypeError(name)
    _moment(content["recorded_at"])
    _amount(content["hundredths"])
    for line in _some(content["lines"]):
        day, amount = _is(line, list)
        _fits(day, _DAY)
        _amount(amount)
    _is(content["training"]["key"], str)
    _is(content["training"]["version"], int)
    if _is(said["chain_version"], int) != chain.VERSION:
        raise ValueError("chain_version")
    position = said["position"]
    if position is not None and (type(position) is not int or position < 0):
        raise TypeError("position")
    previous = _fits(said["previous"], _HEX)
    proof = tuple(_hash(one) for one in _is(said["proof"], list))
    if proof and position is None:
        raise ValueError("a proof of no position")
    return Carried(papers.told(content, previous), previous, position, proof)


_CONTENT: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "person": (str,),
    "sequence": (int,),
    "act": (str,),
    "state": (str,),
    "hundredths": (int,),
    "booking": (str, type(None)),
    "moves": (str, type(None)),
    "reverses": (str, type(None)),
    "recorded_at": (str,),
    "training": (dict,),
    "facts": (dict,),
    "lines": (list,),
}


def _is(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value


def _some(value: Any) -> list[Any]:
    found: list[Any] = _is(value, list)
    if not found:
        raise ValueError("empty")
    return found


def _fits(value: Any, form: re.Pattern[str]) -> str:
    text: str = _is(value, str)
    if not form.fullmatch(text):
        raise ValueError(text[:40])
    return text


def _moment(value: Any) -> None:
    datetime.datetime.fromisoformat(_fits(value, _MOMENT))


def _amount(value: Any) -> None:
    if type(value) is not int or not 0 < value <= _MOST_HUNDREDTHS:
        raise ValueError("no amount of hours")


def _hash(text: Any) -> bytes:
    value = from_base64(_is(text, str))
    if len(value) != merkle.HASH_BYTES:
        raise ValueError("no hash")
    return value
