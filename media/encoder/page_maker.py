"""`python page_maker.py KIND SOURCE STEM MOST_PAGES`: a PDF's pages, or a picture, as WebP beside `STEM`.

Writes `<STEM>-<page>.webp` to fit 1920 x 1080 and `<STEM>-<page>.s.webp` for a strip. Prints `pages N`, then `page N`
as each is there; `problem CODE` where nothing comes of it. Runs alone under limits: what it opens is not trusted.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps

SIZE = (1920, 1080)
STRIP_SIZE = (256, 144)
MOST_PIXELS = 100_000_000
_QUALITY = 85
# Points of a page: beyond these a page is a poster or damage, and its scale would be nothing.
_LEAST_POINTS, _MOST_POINTS = 8, 20_000


def main(kind: str, source: Path, stem: str, most_pages: int) -> None:
    """Make all pages; ends with what it printed last."""
    pages = _of_pdf(source, most_pages) if kind == "pdf" else _of_picture(source)
    for number, page in enumerate(pages, start=1):
        for ending, size in ((".webp", SIZE), (".s.webp", STRIP_SIZE)):
            made = page.copy()
            made.thumbnail(size, Image.Resampling.LANCZOS)
            made.save(f"{stem}-{number:04d}{ending}", "WEBP", quality=_QUALITY, method=3)
        _say(f"page {number}")


def _of_pdf(source: Path, most_pages: int) -> Iterator[Image.Image]:
    import pypdfium2  # noqa: PLC0415 - a picture needs none of it

    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        return _stop("encrypted" if "assword" in str(error) else "damaged")
    if not len(document):
        return _stop("damaged")
    if len(document) > most_pages:
        return _stop("too-many-pages")
    _say(f"pages {len(document)}")
    for page in document:
        width, height = page.get_size()
        if not (_LEAST_POINTS < width < _MOST_POINTS and _LEAST_POINTS < height < _MOST_POINTS):
            return _stop("damaged")
        scale = min(SIZE[0] / width, SIZE[1] / height)
        yield page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        page.close()
    return None


def _of_picture(source: Path) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(source, formats=("PNG", "JPEG", "WEBP", "GIF", "BMP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return _stop("too-large")
            turned = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, Image.DecompressionBombError, ValueError):
        return _stop("damaged")
    _say("pages 1")
    yield turned
    return None


def _stop(code: str) -> None:
    _say(f"problem {code}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
