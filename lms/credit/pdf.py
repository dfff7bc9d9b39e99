"""Certificates and statements as PDF: set by typst with fonts from a wheel, the same bytes for the same facts."""

import io
import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings

HERE = Path(__file__).parent
CERTIFICATE, STATEMENT = HERE / "certificate.typ", HERE / "statement.typ"


def certificate_pdf(facts: dict[str, Any], *, link: str, issued_at_s: int, file: bytes) -> bytes:
    """The certificate that `facts` describe; see `_set`."""
    return _set(CERTIFICATE, facts, link=link, issued_at_s=issued_at_s, file=file)


def statement_pdf(facts: dict[str, Any], *, link: str, issued_at_s: int, file: bytes) -> bytes:
    """The statement that `facts` describe, over as many pages as it needs; see `_set`."""
    return _set(STATEMENT, facts, link=link, issued_at_s=issued_at_s, file=file)


def _set(
    template: Path, facts: dict[str, Any], *, link: str, issued_at_s: int, file: bytes
) -> bytes:
    """A paper with `link` as a QR code, carrying `file` (JSON) as an attachment. `issued_at_s`: Unix seconds, its date.

    Song first; a rare character that it lacks comes from Hei, then from CERTIFICATE_FONTS_DIR. System fonts are not
    asked: the bytes must not depend on the machine.
    """
    inputs = {
        "facts": json.dumps(facts, ensure_ascii=False),
        "qr": _qr(link),
        "link": link,
        "file": file.decode(),
    }
    folders = [pylopdf_fonts_zh_cn.serif_path().parent]
    if settings.CERTIFICATE_FONTS_DIR:
        folders.append(Path(settings.CERTIFICATE_FONTS_DIR))
    return typst.compile(
        str(template),
        root=str(HERE),
        font_paths=[str(folder) for folder in folders],
        ignore_system_fonts=True,
        sys_inputs=inputs,
        timestamp=issued_at_s,
    )


def _qr(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="l", boost_error=False, micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#0d3b52"
    )
    return out.getvalue().decode()
