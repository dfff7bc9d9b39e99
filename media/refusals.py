"""Why a file cannot become a video: a sentence for whoever uploaded it, and what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_EXPORT = _("Export it again as MP4 (H.264 picture, AAC sound) and upload the new file.")

REFUSALS: dict[str, tuple[str | Promise, str | Promise]] = {
    "no-video": (
        _("The file has no video stream."),
        _(
            "Perhaps only the sound was exported. Export picture and sound together, then upload again."
        ),
    ),
    "empty": (_("The video has no length: nothing in it can be played."), _EXPORT),
    "too-short": (
        _("The video is shorter than one second."),
        _("Check that the whole recording was exported, then upload it again."),
    ),
    "too-long": (_("The video is longer than six hours."), _("Cut it into parts and upload each.")),
    "too-small": (_("The picture is smaller than 16 pixels on a side."), _EXPORT),
    "too-large": (_("The picture is larger than 8192 pixels on a side."), _EXPORT),
    "not-video": (
        _("This is no video file, whatever its name says."),
        _("Choose the video itself: MP4, MOV, MKV, WebM, AVI, FLV, MPEG or WMV."),
    ),
    "playlist": (
        _("This is a playlist: it only names videos that lie elsewhere."),
        _("Upload the video file itself."),
    ),
    "unreadable": (
        _("The file cannot be read as a video: it is damaged or was not uploaded to its end."),
        _(
            "Play it on your computer. If it plays there to its end, upload it again; if not, export it again."
        ),
    ),
    "incomplete": (
        _("The file breaks off: part of the video cannot be read."),
        _("Copy or export the file again, check that it plays to its end, then upload it again."),
    ),
    "too-much-work": (
        _("Preparing the video took far longer than a video of this length should."),
        _EXPORT,
    ),
    "failed": (
        _("The video could not be prepared, after several tries."),
        _(
            "Export it again as MP4 and upload the new file. If that fails too, tell the people who run this site."
        ),
    ),
    "abandoned": (_("The upload was never finished."), _("Upload the file again.")),
}


def sentence_for(code: str) -> str:
    """What is wrong; for a code of a later version, that it cannot be used."""
    return str(REFUSALS.get(code, REFUSALS["failed"])[0])


def way_out_for(code: str) -> str:
    """What to do about it."""
    return str(REFUSALS.get(code, REFUSALS["failed"])[1])


class Refused(Exception):
    """A file that cannot become a video, with the code of its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
