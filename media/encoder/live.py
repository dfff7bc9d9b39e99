"""The command that turns what a browser or OBS sends into fragmented MP4, as it comes: bytes in, bytes out, no file."""

import enum
import os
from typing import Any

import ffmpeg

from media.encoder.run import Limits, ffmpeg_program, guarded

_FRAGMENT_US = 200_000
_LONGEST_S = 12 * 3600
_MEMORY_BYTES = 2 * 2**30
_FLV_LOOK_US = 1_500_000
"""FLV does not say what is in it: without sound ffmpeg would wait for some for a minute and a half."""
_AUDIO = {"c:a": "aac", "b:a": "96k", "ac": 2, "ar": 48000, "af": "aresample=async=1"}


class Picture(enum.Enum):
    """What a recorder sends: a demuxer, and whether its picture can be passed on as it is."""

    MATROSKA_H264 = ("matroska", True)
    MP4_H264 = ("mp4", True)
    MATROSKA_VP8 = ("matroska", False)
    FLV_H264 = ("flv", True)

    @property
    def is_copied(self) -> bool:
        """Passed on as it is, for 4% of a core; else encoded, for most of one."""
        return self.value[1]


def live_command(picture: Picture) -> list[str]:
    """Reads `picture` from stdin, writes fragments that begin with keyframes to stdout, errors to stderr."""
    # Sound is always made here: Chromium records no AAC, and Safari plays nothing else in HLS.
    video: dict[str, Any] = {"c:v": "copy"}
    if not picture.is_copied:
        video = {
            "c:v": "libx264",
            "preset": "ultrafast",
            "tune": "zerolatency",
            "pix_fmt": "yuv420p",
            "force_key_frames": "expr:gte(t,n_forced*1)",
        }
    options = {
        "f": "mp4",
        "movflags": "+empty_moov+default_base_moof+frag_keyframe",
        # Short enough to be watched half a second later; segments are joined of them again.
        "frag_duration": _FRAGMENT_US,
        "map_metadata": -1,
        "flush_packets": 1,
    }
    look = {"analyzeduration": _FLV_LOOK_US} if picture is Picture.FLV_H264 else {}
    source = ffmpeg.input("pipe:0", f=picture.value[0], protocol_whitelist="pipe", **look)
    stream = ffmpeg.output(source, "pipe:1", **options, **video, **_AUDIO).global_args(
        "-hide_banner", "-nostats", "-loglevel", "error"
    )
    limits = Limits(
        wall_s=_LONGEST_S,
        cpu_s=_LONGEST_S * (1 if picture.is_copied else os.cpu_count() or 1),
        memory_bytes=_MEMORY_BYTES,
    )
    return guarded(ffmpeg.compile(stream, cmd=ffmpeg_program()), limits)
