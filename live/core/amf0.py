"""AMF0, the values in RTMP's commands: Action Message Format -- AMF 0 (Adobe, 2007). Bounded in depth and number."""

import struct
from typing import Any

MOST_DEPTH = 8
MOST_VALUES = 512
_NUMBER, _BOOLEAN, _STRING, _OBJECT, _NULL = 0, 1, 2, 3, 5
_OBJECT_END = b"\x00\x00\x09"


class BadValue(ValueError):
    """Bytes that are no AMF0, or more of it than anybody needs."""


def written(*values: Any) -> bytes:
    """Numbers, strings, booleans, None and dictionaries of them, one after the other."""
    return b"".join(_written(one) for one in values)


def read(data: bytes) -> list[Any]:
    """All the values. Raises BadValue."""
    reader = _Reader(data)
    values = []
    try:
        while reader.at < len(data):
            values.append(reader.value(0))
    except (struct.error, UnicodeDecodeError) as error:
        raise BadValue(f"A value ends too soon or is no text: {error}.") from error
    return values


def _written(value: Any) -> bytes:
    match value:
        case None:
            return bytes([_NULL])
        case bool():
            return struct.pack(">BB", _BOOLEAN, value)
        case int() | float():
            return struct.pack(">Bd", _NUMBER, value)
        case str():
            return bytes([_STRING]) + _text(value)
        case dict():
            pairs = b"".join(_text(name) + _written(one) for name, one in value.items())
            return bytes([_OBJECT]) + pairs + _OBJECT_END
    raise BadValue(f"{type(value).__name__} has no form in AMF0.")


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


class _Reader:
    """A place in the bytes, and how many values were read."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at, self._count = data, 0, 0

    def value(self, depth: int) -> Any:
        self._count += 1
        if depth > MOST_DEPTH or self._count > MOST_VALUES:
            raise BadValue("More values than a command has.")
        (kind,) = self._unpack(">B")
        match kind:
            case 3:
                return self._pairs(depth)
            case 8:
                self._unpack(">I")  # a hint of the length, which need not be true
                return self._pairs(depth)
            case 10:
                return self._array(depth)
        return self._plain(kind)

    def _plain(self, kind: int) -> Any:
        match kind:
            case 0:
                return self._unpack(">d")[0]
            case 1:
                return bool(self._unpack(">B")[0])
            case 2:
                return self._string(">H")
            case 12:
                return self._string(">I")
            case 5 | 6:
                return None
            case 11:
                return self._unpack(">dh")[0]
        raise BadValue(f"A value of the unknown kind {kind}.")

    def _array(self, depth: int) -> list[Any]:
        (length,) = self._unpack(">I")
        if length > MOST_VALUES:
            raise BadValue("More values than a command has.")
        return [self.value(depth + 1) for _ in range(length)]

    def _pairs(self, depth: int) -> dict[str, Any]:
        found = {}
        while self._data[self.at : self.at + 3] != _OBJECT_END:
            name = self._string(">H")
            found[name] = self.value(depth + 1)
        self.at += 3
        return found

    def _string(self, length_form: str) -> str:
        (length,) = self._unpack(length_form)
        data = self._data[self.at : self.at + length]
        if len(data) < length:
            raise BadValue("A text ends too soon.")
        self.at += length
        return data.decode()

    def _unpack(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return found
