"""A film out of still pictures, for demo content: each shown for some seconds, under a quiet chord."""

import tempfile
from pathlib import Path

import ffmpeg

from media.encoder.run import ffmpeg_program, limits_for, run

FPS = 25
CHORD_HZ = (220, 277, 330)
MEMORY_BYTES = 2 * 2**30


def film_of_slides(pictures: list[Path], target: Path, *, slide_s: int) -> None:
    """Write an MP4 (H.264, AAC) of the pictures to `target`. Raises Failed when ffmpeg does."""
    shown = [
        ffmpeg.input(str(picture), loop=1, t=slide_s, framerate=1).filter("setsar", "1")
        for picture in pictures
    ]
    length_s = slide_s * len(pictures)
    tones = [
        ffmpeg.input(f"sine=frequency={hz}:duration={length_s}", f="lavfi").filter("volume", 0.05)
        for hz in CHORD_HZ
    ]
    output = ffmpeg.output(
        # Each picture is read once a second and repeated here, not read for every frame.
        ffmpeg.concat(*shown).filter("fps", FPS),
        ffmpeg.filter(tones, "amix", inputs=len(tones)),
        str(target),
        vcodec="libx264",
        preset="ultrafast",
        tune="stillimage",
        pix_fmt="yuv420p",
        acodec="aac",
        movflags="+faststart",
    ).global_args("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
    limits = limits_for(length_s * 1000, memory_bytes=MEMORY_BYTES)
    with tempfile.NamedTemporaryFile() as errors:
        argv = ffmpeg.compile(output, cmd=ffmpeg_program())
        run(argv, limits, on_line=lambda _: None, errors_to=errors.file)
