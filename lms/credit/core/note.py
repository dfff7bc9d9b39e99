"""Signed notes as C2SP has them (c2sp.org/signed-note): a text, and below it a line for each key that signed it.

Two kinds of keys: Ed25519 (c2sp.org/signed-note), which signs the text itself, and the cosignature/v1 of a witness
(c2sp.org/tlog-cosignature), which signs the text and the second at which it was seen. A key is written down as a
"vkey": `<name>+<key id in hex>+<base64 of kind and public key>`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
KINDS = (ED25519, COSIGNATURE)

LONGEST = 1_000_000
"""Characters of a note that are read."""
MOST_SIGNATURES = 100
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_ID_BYTES = 4
_TIME_BYTES = 8
_LINE = re.compile(r"— (\S+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """What was to be a note, a signature or a key is none; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key that signs notes: its name, its kind and its 32 bytes. Raises BadNote for what cannot be one."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadNote(f"{self.name!r:.80} names no key: no spaces, no plus sign, not empty")
        if self.kind not in KINDS or len(self.public) != _KEY_BYTES:
            raise BadNote("this is no Ed25519 key")

    @property
    def id(self) -> bytes:
        """What a signature line names it by: four bytes."""
        data = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(data).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key in one line, to hand over."""
        material = bytes([self.kind]) + self.public
        return f"{self.name}+{self.id.hex()}+{to_base64(material)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: whose it says it is, and the bytes that are to prove it."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {to_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, with its last newline, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{one}\n" for one in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """The same note with further signatures."""
        return Note(self.text, (*self.signatures, *more))


def is_name(name: str) -> bool:
    """Whether a key may be called this."""
    return (
        bool(name) and not any(one.isspace() or one == "+" or one < " " for one in name)
    ) and _is_text(name)


def parse_key(vkey: str) -> Key:
    """A key from its one line. Raises BadNote."""
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        raise BadNote("a key has three parts: name+id+key")
    name, key_id, encoded = parts
    material = from_base64(encoded)
    key = Key(name, material[0] if material else 0, material[1:])
    if key.id.hex() != key_id:
        raise BadNote("the key does not fit its id: a letter of it was lost or changed")
    return key


def parse_note(text: str) -> Note:
    """A note, read strictly; who signed it is not checked here. Raises BadNote."""
    if len(text) > LONGEST:
        raise BadNote("too long for a note")
    if _CONTROL.search(text) or not _is_text(text):
        raise BadNote("a note is text without control characters")
    body, gap, below = text.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote("no signatures: a note ends in a blank line and signature lines")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return Note(body + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """One signature line, without its newline. Raises BadNote."""
    found = _LINE.fullmatch(line)
    if found is None or not is_name(found[1]):
        raise BadNote(f"not a signature line: {line!r:.120}")
    value = from_base64(found[2])
    if len(value) <= _ID_BYTES:
        raise BadNote("a signature line without a signature")
    return Signature(found[1], value[:_ID_BYTES], value[_ID_BYTES:])


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """A log's own signature under a text."""
    key = Key(name, ED25519, private.public_key().public_bytes_raw())
    return Signature(name, key.id, private.sign(text.encode()))


def cosign(text: str, name: str, private: Ed25519PrivateKey, *, at_s: int) -> Signature:
    """A witness's signature (cosignature/v1): the text was seen, and the newest known, at this POSIX second."""
    key = Key(name, COSIGNATURE, private.public_key().public_bytes_raw())
    value = at_s.to_bytes(_TIME_BYTES, "big") + private.sign(_cosigned(text, at_s))
    return Signature(name, key.id, value)


def is_by(signature: Signature, key: Key) -> bool:
    """Whether the line says that it is this key's: name and id are its."""
    return (signature.name, signature.key_id) == (key.name, key.id)


def is_signed(note: Note, key: Key) -> bool:
    """Whether a key signed the note. A line that says it is the key's and is not spoils it, whatever the others."""
    own = [one for one in note.signatures if is_by(one, key)]
    return bool(own) and all(verifies(note.text, one, key) for one in own)


def verifies(text: str, signature: Signature, key: Key) -> bool:
    """Whether this signature under this text is this key's."""
    if not is_by(signature, key):
        return False
    value, message = signature.value, text.encode()
    if key.kind == COSIGNATURE:
        if len(value) != _TIME_BYTES + _SIGNATURE_BYTES:
            return False
        message, value = _cosigned(text, cosigned_at_s(signature)), value[_TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosigned_at_s(signature: Signature) -> int:
    """The POSIX second that a witness's signature names."""
    return int.from_bytes(signature.value[:_TIME_BYTES], "big")


def to_base64(data: bytes) -> str:
    """Standard base 64, as notes have it."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """The bytes of standard base 64 in its one spelling. Raises BadNote."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadNote(f"not base 64: {text!r:.80}") from error
    if to_base64(data) != text:
        raise BadNote(f"base 64 in another spelling than its own: {text!r:.80}")
    return data


def _cosigned(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
