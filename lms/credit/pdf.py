"""Certificates as PDF: set by typst with fonts from a wheel, the same bytes for the same facts."""

import io
import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings

TEMPLATE = Path(__file__).with_name("certificate.typ")


def certificate_pdf(facts: dict[str, Any], *, link: str, issued_at_s: int) -> bytes:
    """The certificate that `facts` describe, with `link` as a QR code. `issued_at_s`: Unix seconds, the file's date.

    Song first; a rare character that it lacks comes from Hei, then from CERTIFICATE_FONTS_DIR. System fonts are not
    asked: the bytes must not depend on the machine.
    """
    inputs = {"facts": json.dumps(facts, ensure_ascii=False), "qr": _qr(link), "link": link}
    folders = [pylopdf_fonts_zh_cn.serif_path().parent]
    if settings.CERTIFICATE_FONTS_DIR:
        folders.append(Path(settings.CERTIFICATE_FONTS_DIR))
    return typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
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
