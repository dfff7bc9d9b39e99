"""The only door to ffmpeg: what is in a file, and renditions out of it, under limits of time, memory and protocols."""

from media.encoder.documents import Unrenderable
from media.encoder.hls import Plan, encode, plan_hls
from media.encoder.live import Picture, live_command, small_command
from media.encoder.office import office_program
from media.encoder.pages import render_pages
from media.encoder.probe import Found, probe
from media.encoder.run import Limits, Stopped, limits_for
from media.encoder.slides import film_of_slides
from media.encoder.sniff import sniff

__all__ = [
    "Found",
    "Limits",
    "Picture",
    "Plan",
    "Stopped",
    "Unrenderable",
    "encode",
    "film_of_slides",
    "limits_for",
    "live_command",
    "office_program",
    "plan_hls",
    "probe",
    "render_pages",
    "small_command",
    "sniff",
]
