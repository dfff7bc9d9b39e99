"""Where a video's files lie: MEDIA_ROOT/media/<asset>/source, and one folder a build."""

import shutil
import uuid
from pathlib import Path

from django.conf import settings

from media.models.assets import Asset

_HALF_MADE = ".part"


def root() -> Path:
    """The folder of all videos."""
    return Path(settings.MEDIA_ROOT) / "media"


def folder_of(asset_id: uuid.UUID) -> Path:
    """The folder of one video."""
    return root() / str(asset_id)


def source_of(asset_id: uuid.UUID) -> Path:
    """The file as it was uploaded; never served."""
    return folder_of(asset_id) / "source"


def build_of(asset: Asset) -> Path:
    """What is played."""
    return folder_of(asset.public_id) / asset.build


def start_build(asset_id: uuid.UUID) -> Path:
    """An empty folder for a build in the making; what earlier runs left half made is removed."""
    for leftover in folder_of(asset_id).glob(f"*{_HALF_MADE}"):
        shutil.rmtree(leftover, ignore_errors=True)
    part = folder_of(asset_id) / f"{uuid.uuid4().hex[:12]}{_HALF_MADE}"
    part.mkdir(parents=True)
    return part


def finish_build(part: Path) -> str:
    """Put a made build into its place, at once and whole; its name."""
    final = part.with_suffix("")
    part.rename(final)
    return final.name


def drop_other_builds(asset: Asset) -> None:
    """Remove builds that are no longer played."""
    for folder in folder_of(asset.public_id).iterdir():
        if folder.is_dir() and folder.name != asset.build:
            shutil.rmtree(folder, ignore_errors=True)


def drop_all(asset_id: uuid.UUID) -> None:
    """Remove everything of a video."""
    shutil.rmtree(folder_of(asset_id), ignore_errors=True)


def free_bytes() -> int:
    """Room on the disk that holds videos."""
    root().mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root()).free
