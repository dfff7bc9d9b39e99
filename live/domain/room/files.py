"""Files handed out to whoever attends: known by their content, kept where no address leads."""

import datetime
import hashlib
import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from live.core.kinds import kind_of
from live.domain.errors import Refused
from live.models.room import HandedFile

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_BYTES = 50 * 2**20
MOST_FILES = 20


def handed(lesson_id: uuid.UUID) -> "QuerySet[HandedFile]":
    """What is handed out in a lesson."""
    return HandedFile.objects.filter(lesson=lesson_id, withdrawn_at=None)


def hand_out(
    *, lesson_id: uuid.UUID, upload: "UploadedFile", by_id: int, at: datetime.datetime
) -> HandedFile:
    """Hand a file out: PDF, picture or office document without macros, by its content. Raises Refused."""
    name = str(upload.name or "")
    if not upload.size:
        raise Refused("empty-file", _("The file is empty: it has 0 bytes. Choose another one."))
    if upload.size > MOST_BYTES:
        raise Refused(
            "too-large",
            _("%(name)s is larger than %(most)d MB. Make it smaller or cut it into parts.")
            % {"name": name[:80], "most": MOST_BYTES // 2**20},
        )
    if handed(lesson_id).count() >= MOST_FILES:
        raise Refused(
            "too-many",
            _("%(most)d files are handed out already. Withdraw one first.") % {"most": MOST_FILES},
        )
    found = kind_of(upload.file)  # type: ignore[arg-type]  # an upload's file is binary
    if found is None:
        raise Refused(
            "unknown-kind",
            _(
                "%(name)s is no PDF, picture, Word, Excel or PowerPoint file without macros. Save it as one of these."
            )
            % {"name": name[:80]},
        )
    kind, ending = found
    digest = hashlib.file_digest(upload.file, "sha256").hexdigest()  # type: ignore[arg-type]
    upload.seek(0)
    public_id = uuid.uuid4()
    return HandedFile.objects.create(
        public_id=public_id,
        lesson_id=lesson_id,
        name=_shown_name(name, ending),
        kind=kind,
        size=upload.size,
        digest=digest,
        file=File(upload, name=f"{public_id.hex}.{ending}"),
        by_id=by_id,
        at=at,
    )


def withdraw(*, lesson_id: uuid.UUID, file_id: uuid.UUID, at: datetime.datetime) -> None:
    """Hand a file out no longer; it is kept. Raises Refused."""
    if not handed(lesson_id).filter(pk=file_id).update(withdrawn_at=at):
        raise Refused("gone", _("This file is no longer handed out."))


def _shown_name(name: str, ending: str) -> str:
    """The name people gave, with the ending of what it is."""
    stem = "".join(
        one for one in PurePath(name).stem if one.isprintable() and one not in '/\\:*?"<>|'
    )
    return f"{stem.strip()[:100] or _('File')}.{ending}"
