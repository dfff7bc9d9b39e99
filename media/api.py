"""All that another plugin may import of media."""

from media.activity import describe as describe_assets
from media.blocks import asset_block, asset_line
from media.core.tokens import expiry_after, key_from, opened, sign
from media.domain.claims import Claim, parse_report
from media.domain.counting import OPENING_US, Counted
from media.domain.counting import count as count_watching
from media.domain.counting import in_ms as spans_in_ms
from media.domain.counting import moment as watched_at
from media.domain.errors import Problem
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
    small_command,
)
from media.models.assets import SUBJECT_PREFIX
from media.streams import send_file

__all__ = [
    "OPENING_US",
    "SUBJECT_PREFIX",
    "Claim",
    "Counted",
    "Picture",
    "Playback",
    "Problem",
    "Stopped",
    "Unrenderable",
    "asset_block",
    "asset_line",
    "count_watching",
    "describe_assets",
    "expiry_after",
    "free_bytes",
    "import_file",
    "key_from",
    "live_command",
    "office_program",
    "opened",
    "parse_report",
    "playback_for",
    "render_pages",
    "send_file",
    "sign",
    "small_command",
    "spans_in_ms",
    "watched_at",
]
