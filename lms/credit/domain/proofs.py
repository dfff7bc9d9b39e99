"""Files that prove a claim: known by their content, made harmless, kept where no address leads."""

import hashlib
import io
import uuid
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from lms.credit.enums import ProofKind
from lms.credit.errors import BadProof
from lms.credit.models.claim import Claim, ClaimProof, ProofFile

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PICTURES = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
"""A phone's largest photo has 50 million; a small file that unfolds to more is an attack."""
UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)
"""What Pillow raises over a file that is no picture, or a broken one."""
LONGEST_SIDE = 2400
QUALITY = 85
SUFFIX = {ProofKind.PICTURE: "jpg", ProofKind.PDF: "pdf"}


@dataclass(frozen=True, slots=True)
class Proof:
    """A checked file: the bytes to keep, and what the one brought is recognised by."""

    kind: ProofKind
    content: bytes
    digest: str
    likeness: int | None


def read_proof(file: "UploadedFile") -> Proof:
    """Check a file by its content and size. A picture is drawn anew, without what a camera wrote into it.

    Raises BadProof with a sentence.
    """
    name = str(file.name)[:80]
    if (file.size or 0) > settings.CLAIM_MAX_FILE_BYTES:
        most = settings.CLAIM_MAX_FILE_BYTES // 2**20
        raise BadProof(
            _("%(name)s is larger than %(most)d MB. Take a smaller one; what you entered is kept.")
            % {"name": name, "most": most}
        )
    content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"%PDF-"):
        return Proof(ProofKind.PDF, content, digest, None)
    try:
        picture = _picture(content)
    except UNREADABLE as error:
        raise BadProof(
            _("%(name)s is no JPEG, PNG, WebP or PDF that can be read. Save it as one of these.")
            % {"name": name}
        ) from error
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return Proof(ProofKind.PICTURE, kept.getvalue(), digest, likeness_of(picture))


def keep(claim: Claim, proofs: list[Proof]) -> list[ClaimProof]:
    """Store checked files beside a claim; names on the disk say nothing."""
    kept = []
    for one in proofs:
        row = ClaimProof.objects.create(
            claim=claim,
            kind=one.kind,
            digest=one.digest,
            likeness=one.likeness,
            size=len(one.content),
        )
        file = ContentFile(one.content, name=f"{uuid.uuid4().hex}.{SUFFIX[one.kind]}")
        ProofFile.objects.create(proof=row, file=file)
        kept.append(row)
    return kept


def likeness_of(picture: Image.Image) -> int:
    """64 bits that say where a picture gets brighter from left to right (dHash): alike pictures differ in few."""
    small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    rows = list(small.tobytes())
    bits = 0
    for y in range(8):
        for x in range(8):
            bits = bits << 1 | (rows[9 * y + x] < rows[9 * y + x + 1])
    return bits - 2**64 if bits >= 2**63 else bits


def _picture(content: bytes) -> Image.Image:
    """Upright, in plain colours, no larger than needed to read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we set a limit of our own
        opened = Image.open(io.BytesIO(content), formats=PICTURES)
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError("more pixels than any camera takes")
    upright = ImageOps.exif_transpose(opened)
    plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    return bare
