"""Six short films of titled slides, made here: set by typst, filmed by ffmpeg, taken in like any upload."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typst
from django.utils import timezone
from pylopdf_fonts_zh_cn import sans_path

from lms.api.demo import Clip, Plan, stable_id
from lms.api.people import Person, Provider
from media.domain.uploads import import_file
from media.encoder import film_of_slides
from media.models.assets import Asset

SLIDE_S = 6
_SLIDE = Path(__file__).with_name("slide.typ")


def load(plan: Plan) -> None:
    """Make the films that are not there yet; the worker prepares them while the site is up."""
    there = set(Asset.objects.values_list("public_id", flat=True))
    for clip in plan.clips:
        if clip.public_id not in there:
            _load_one(plan, clip)


def _load_one(plan: Plan, clip: Clip) -> None:
    """A film belongs to the first provider with a course that shows it; its trainer brings it."""
    slug = next(course.provider for course in plan.courses if clip.key in course.clips)
    provider = Provider.objects.get(public_id=stable_id("provider", slug))
    with film_of(clip, slide_s=SLIDE_S) as film:
        import_file(
            film,
            title=clip.title,
            provider=provider,
            by=Person.objects.filter(duties__provider=provider).order_by("pk")[0],
            at=timezone.now(),
            public_id=clip.public_id,
        )


@contextmanager
def film_of(clip: Clip, *, slide_s: int) -> Iterator[Path]:
    """A clip's slides as an MP4, each shown for so long; the file goes when the caller is done with it."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / f"{clip.key}.mp4"
        film_of_slides(_slides(clip, Path(folder)), film, slide_s=slide_s)
        yield film


def _slides(clip: Clip, folder: Path) -> list[Path]:
    pictures = []
    for number, words in enumerate(clip.slides, start=1):
        picture = folder / f"{number}.png"
        typst.compile(
            _SLIDE,
            output=picture,
            format="png",
            ppi=96,
            font_paths=[sans_path().parent],
            sys_inputs={
                "title": clip.title,
                "words": words,
                "number": str(number),
                "count": str(len(clip.slides)),
            },
        )
        pictures.append(picture)
    return pictures
