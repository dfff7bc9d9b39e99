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
_SMALL_HEIGHT, _SMALL_KBPS, _SMALL_BUFFER_KB = 360, 240, 160
_SMALL_CPU_S = 20
_SMALL_MEMORY_BYTES = 2**30
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


def small_command() -> list[str]:
    """Reads an init segment and one segment from stdin, writes both to stdout with a small picture for bad lines.

    Every second picture, 360 lines and some 300 kbit/s at the most. Times and sound are those that came in, so that a
    player changes between the two at any segment. Always the same format: one init segment serves a whole take.
    """
    source = ffmpeg.input("pipe:0", f="mp4", protocol_whitelist="pipe", threads=1)
    picture = (
        source.video.filter("framestep", 2)
        .filter("scale", -2, f"min({_SMALL_HEIGHT},ih)")
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )
    options = {
        "c:v": "libx264",
        "preset": "ultrafast",
        "profile:v": "baseline",
        "level:v": "3.0",
        "crf": 27,
        "maxrate": f"{_SMALL_KBPS}k",
        "bufsize": f"{_SMALL_BUFFER_KB}k",
        # One keyframe, the first: a segment is one fragment.
        "g": 9999,
        "sc_threshold": 0,
        "threads": 1,
        "fps_mode": "passthrough",
        "enc_time_base": -1,
        "video_track_timescale": 90_000,
        "c:a": "copy",
        "f": "mp4",
        # Where the segment lies in its take is kept.
        "movflags": "+empty_moov+default_base_moof+frag_keyframe+frag_discont",
        "use_editlist": 0,
        "avoid_negative_ts": "disabled",
        "map_metadata": -1,
        "fflags": "+bitexact",
    }
    stream = ffmpeg.output(picture, source["a?"], "pipe:1", **options).global_args(
        "-copyts", "-hide_banner", "-nostats", "-loglevel", "error"
    )
    limits = Limits(wall_s=_SMALL_CPU_S, cpu_s=_SMALL_CPU_S, memory_bytes=_SMALL_MEMORY_BYTES)
    return guarded(ffmpeg.compile(stream, cmd=ffmpeg_program()), limits)
