"""All that another plugin may import of media."""

from media.activity import describe as describe_assets
from media.blocks import asset_block, asset_line
from media.core.tokens import expiry_after, key_from, opened, sign
from media.domain.files import free_bytes
from media.domain.playback import Playback, playback_for
from media.domain.uploads import import_file
from media.encoder import (
    Picture,
    Stopped,
    Unrenderable,
    live_command,
    office_program,
    render_pages,
)
from media.models.assets import SUBJECT_PREFIX
from media.streams import send_file

__all__ = [
    "SUBJECT_PREFIX",
    "Picture",
    "Playback",
    "Stopped",
    "Unrenderable",
    "asset_block",
    "asset_line",
    "describe_assets",
    "expiry_after",
    "free_bytes",
    "import_file",
    "key_from",
    "live_command",
    "office_program",
    "opened",
    "playback_for",
    "render_pages",
    "send_file",
    "sign",
]
