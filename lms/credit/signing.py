"""The installation's Ed25519 key: made at first use, named by a digest of its public half.

The private key is SIGNING_KEY_FILE; every public key that ever signed stays beside it as <key id>.pub, so that what an
earlier key signed can be checked after a new one has taken its place.
"""

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


def sign(message: bytes) -> tuple[str, bytes]:
    """The id of the key in use and its signature (64 bytes)."""
    key = _private_key()
    return key_id(key.public_key()), key.sign(message)


def key_in_use() -> str:
    """The id of the key that signs now."""
    return key_id(_private_key().public_key())


def is_signed(key: str, message: bytes, signature: bytes) -> bool:
    """Whether the key of this id has signed the message; False for a key that was never ours."""
    public = public_key(key)
    if public is None:
        return False
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def key_ids() -> list[str]:
    """Every key that ever signed here."""
    return sorted(path.stem for path in _file().parent.glob("*.pub"))


def public_key(key: str) -> Ed25519PublicKey | None:
    """One of our public keys by its id."""
    path = _file().with_name(f"{key}.pub")
    if not key.isalnum() or not path.exists():
        return None
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(path.read_text()))


def public_keys() -> list[Ed25519PublicKey]:
    """Every public key that ever signed here."""
    return [key for one in key_ids() if (key := public_key(one))]


def key_id(public: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def _file() -> Path:
    return Path(settings.SIGNING_KEY_FILE)


def _private_key() -> Ed25519PrivateKey:
    path = _file()
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key.")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key()
    raw = base64.b64encode(public.public_bytes_raw())
    _write(path.with_name(f"{key_id(public)}.pub"), raw)
    part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    _write(part, pem)
    try:
        # A link and not a rename: of two processes that start together, the first one's key stays.
        os.link(part, path)
    except FileExistsError:
        path.with_name(f"{key_id(public)}.pub").unlink()
    finally:
        part.unlink()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
