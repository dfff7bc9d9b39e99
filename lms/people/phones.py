"""Phone numbers as people write them, and as they are stored: E.164, +86 unless another country is named."""

import re
import unicodedata

_DECORATION = re.compile(r"[\s().·—–-]+")
_MAINLAND = re.compile(r"1[3-9]\d{9}")
_ABROAD = re.compile(r"\+(?!86)[1-9]\d{6,14}")


def parse_phone(text: str) -> str | None:
    """E.164 of 13800001111, 138 0000 1111, +86 138-0000-1111 or 0086...; None when it is no number that gets messages.

    Full-width digits count. Other countries need their + or 00.
    """
    number = _DECORATION.sub("", unicodedata.normalize("NFKC", text))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    national = number.removeprefix("+86")
    if _MAINLAND.fullmatch(national):
        return f"+86{national}"
    return number if _ABROAD.fullmatch(number) else None
