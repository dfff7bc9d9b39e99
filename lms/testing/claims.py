"""Claims with proof, for tests."""

import datetime
import io
import random
from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lms.credit.core.hours import Hours
from lms.credit.domain.claims import Claimed, Session, bring
from lms.credit.domain.proofs import read_proof
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.credit.models.claim import Claim
from lms.people.models import Person
from lms.testing.credit import AT

DAY = datetime.date(2026, 5, 16)


def photo(seed: int = 1, *, size: tuple[int, int] = (320, 240), **options: Any) -> bytes:
    """A photo of patches: the same seed gives the same scene at any size."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    patches = Image.new("L", (12, 10))
    patches.putdata([dice.randrange(256) for _ in range(120)])
    picture = patches.resize(size, Image.Resampling.BICUBIC).convert("RGB")
    written = io.BytesIO()
    picture.save(written, "JPEG", **options)
    return written.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def claimed(
    by: Person,
    *,
    content: bytes | None = None,
    at: datetime.datetime = AT,
    people: Collection[Person] | None = None,
    **changes: Any,
) -> Claim:
    """Six hours at another place on two days, with a photo; or a roster of `people`."""
    said: dict[str, Any] = {
        "title": "某平台师德公开课",
        "form": Form.CONCENTRATED,
        "level": Level.CITY,
        "themes": (Theme.ETHICS,),
        "purpose": Purpose.IN_SERVICE,
        "sessions": (
            Session(DAY, Hours(400), datetime.time(9), datetime.time(12)),
            Session(DAY + datetime.timedelta(days=1), Hours(200)),
        ),
        "held_by": "某平台",
    }
    return bring(
        by=by,
        claimed=Claimed(**said | changes),
        files=[read_proof(upload(content or photo(by.pk)))],
        at=at,
        people_=people,
    )
