"""Uploads: begun once, received in pieces, resumed where they stopped, and handed to a job when the last byte came."""

import datetime
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.api.people import Person, Provider
from media.domain import files
from media.domain.errors import Problem
from media.domain.jobs import enqueue
from media.encoder import sniff
from media.encoder.sniff import HEAD_BYTES
from media.enums import AssetState
from media.models.assets import Asset, Upload
from media.refusals import Refused, sentence_for, way_out_for

ABANDONED_AFTER = datetime.timedelta(days=7)
# What transcoding adds, at most: both renditions together are hardly ever larger than what was uploaded.
ROOM_FACTOR = 2


def begin(
    *,
    name: str,
    size: int,
    stamp: str,
    title: str,
    provider: Provider,
    by: Person,
    at: datetime.datetime,
) -> Upload:
    """An upload for a file of `size` bytes, or the unfinished one of the same file by the same person.

    `stamp` is whatever tells one file from another of the same name and size (its date). Raises Problem.
    """
    check_size(size)
    fingerprint = hashlib.sha256(f"{name}\0{size}\0{stamp}".encode()).hexdigest()
    unfinished = Upload.objects.select_related("asset").filter(
        asset__uploaded_by=by,
        asset__provider=provider,
        asset__state=AssetState.DRAFT,
        fingerprint=fingerprint,
        size=size,
    )
    if upload := unfinished.first():
        return upload
    check_room(size)
    with transaction.atomic():
        asset = Asset.objects.create(
            title=title_from(title, name), provider=provider, uploaded_by=by, created_at=at
        )
        return Upload.objects.create(
            asset=asset, name=name[:255], size=size, fingerprint=fingerprint, touched_at=at
        )


def receive(
    upload_id: uuid.UUID, *, offset: int, pieces: Iterable[bytes], at: datetime.datetime
) -> Upload:
    """Write what comes from `offset` on; everything up to `received` is on disk when this returns. Raises Problem."""
    with transaction.atomic():
        upload = (
            Upload.objects.select_for_update(of=("self",)).select_related("asset").get(pk=upload_id)
        )
        if upload.asset.state != AssetState.DRAFT:
            raise Problem(
                "upload-over", gettext_lazy("This upload is already complete."), HTTPStatus.CONFLICT
            )
        if offset != upload.received:
            raise Problem(
                "wrong-offset",
                gettext_lazy("This piece does not follow the last one. Going on from there."),
                HTTPStatus.CONFLICT,
                offset=upload.received,
            )
        upload.received += _write(upload, pieces)
        upload.touched_at = at
        upload.save(update_fields=["received", "touched_at"])
        if upload.is_complete:
            _complete(upload.asset, size=upload.size, at=at)
    return upload


def import_file(
    path: Path,
    *,
    title: str,
    provider: Provider,
    by: Person,
    at: datetime.datetime,
    public_id: uuid.UUID | None = None,
) -> Asset:
    """A video from a file of this machine, as if it had been uploaded; queued for a worker. Raises Problem."""
    size = path.stat().st_size
    check_size(size)
    check_room(size)
    with path.open("rb") as file:
        check_head(file.read(HEAD_BYTES))
    asset = Asset(
        public_id=public_id or uuid.uuid4(),
        title=title_from(title, path.name),
        provider=provider,
        uploaded_by=by,
        created_at=at,
    )
    files.folder_of(asset.public_id).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, files.source_of(asset.public_id))
    with transaction.atomic():
        asset.save(force_insert=True)
        _complete(asset, size=size, at=at)
    return asset


def forget_abandoned(at: datetime.datetime) -> int:
    """Remove uploads that nobody went on with for a week; how many."""
    count = 0
    for upload in Upload.objects.filter(
        asset__state=AssetState.DRAFT, touched_at__lt=at - ABANDONED_AFTER
    ):
        with transaction.atomic():
            Asset.objects.filter(pk=upload.asset_id, state=AssetState.DRAFT).delete()
        files.drop_all(upload.asset_id)
        count += 1
    return count


def check_size(size: int) -> None:
    """Raises Problem for nothing and for too much."""
    if size <= 0:
        raise Problem(
            "empty-file", gettext_lazy("The file is empty: it has 0 bytes. Choose another one.")
        )
    if size > settings.MEDIA_MAX_UPLOAD_BYTES:
        limit = settings.MEDIA_MAX_UPLOAD_BYTES / 2**30
        message = _(
            "The file is larger than %(limit)s GB. Export it smaller, or cut it into parts and upload each."
        )
        raise Problem(
            "file-too-large", message % {"limit": f"{limit:g}"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        )


def check_room(size: int) -> None:
    """Raises Problem when the disk would run full."""
    if files.free_bytes() < size * ROOM_FACTOR + settings.MEDIA_KEEP_FREE_BYTES:
        raise Problem(
            "no-room",
            gettext_lazy(
                "The server has no room for this file. Nothing was uploaded; tell the people who run this site."
            ),
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )


def check_head(head: bytes) -> None:
    """Raises Problem when a file that begins like this is no video container."""
    try:
        sniff(head)
    except Refused as refused:
        raise Problem(
            refused.code, f"{sentence_for(refused.code)} {way_out_for(refused.code)}"
        ) from None


def title_from(title: str, name: str) -> str:
    """The title as given, else the file's name without its ending."""
    return (title.strip() or Path(name).stem or _("Video"))[:120]


def _write(upload: Upload, pieces: Iterable[bytes]) -> int:
    """Append to the file; the number of bytes, on disk. A piece sent twice is written over itself."""
    path = files.source_of(upload.asset_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    room = min(settings.MEDIA_CHUNK_BYTES, upload.size - upload.received)
    written = 0
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o640), "r+b") as file:
        file.truncate(upload.received)
        file.seek(upload.received)
        for piece in pieces:
            if written + len(piece) > room:
                raise Problem(
                    "piece-too-large",
                    gettext_lazy(
                        "More bytes came than were announced. Nothing of this piece was kept."
                    ),
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                )
            file.write(piece)
            written += len(piece)
        if not written:
            raise Problem("empty-piece", gettext_lazy("This piece has no bytes."))
        file.flush()
        if upload.received == 0:
            file.seek(0)
            check_head(file.read(HEAD_BYTES))
        os.fsync(file.fileno())
    return written


def _complete(asset: Asset, *, size: int, at: datetime.datetime) -> None:
    asset.state = AssetState.QUEUED
    asset.source_bytes = size
    asset.save(update_fields=["state", "source_bytes"])
    enqueue(asset, at=at)
