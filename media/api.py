"""All that another plugin may import of media."""

from media.activity import describe as describe_assets
from media.blocks import asset_block, asset_line
from media.domain.playback import Playback, playback_for
from media.domain.uploads import import_file
from media.models.assets import SUBJECT_PREFIX

__all__ = [
    "SUBJECT_PREFIX",
    "Playback",
    "asset_block",
    "asset_line",
    "describe_assets",
    "import_file",
    "playback_for",
]
