"""HLS playlists: the master that we write, and what we read from those that the encoder wrote."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from media.core.ladder import Rendition

MASTER_NAME = "master.m3u8"
PLAYLIST_NAME = "index.m3u8"
INIT_NAME = "init.mp4"
SEGMENT_NAME = "%05d.m4s"
POSTER_NAME = "poster.jpg"

CODEC_LEVEL = "3.1"
"""Level of H.264 of every rendition: 1280x720 at 30 frames a second, which phones of 2014 play."""
_VIDEO_CODEC, _AUDIO_CODEC = "avc1.4d401f", "mp4a.40.2"


def master(renditions: Sequence[Rendition]) -> str:
    """The master playlist; the smallest first, so that playing starts soon on a poor line."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rendition in renditions:
        codecs = ",".join([_VIDEO_CODEC, _AUDIO_CODEC] if rendition.audio_kbps else [_VIDEO_CODEC])
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={rendition.bandwidth},"
            f"RESOLUTION={rendition.width}x{rendition.height},"
            f'FRAME-RATE={float(rendition.fps):.3f},CODECS="{codecs}",NAME="{rendition.name}"',
            f"{rendition.name}/{PLAYLIST_NAME}",
        ]
    return "\n".join(lines) + "\n"


def segment_lengths(lines: Iterable[str]) -> list[Fraction] | None:
    """Seconds of each segment; None where the playlist was not written to its end."""
    lengths: list[Fraction] = []
    ended = False
    for line in lines:
        if line.startswith("#EXTINF:"):
            lengths.append(Fraction(line.removeprefix("#EXTINF:").split(",")[0]))
        ended = ended or line.strip() == "#EXT-X-ENDLIST"
    return lengths if ended else None
