"""Which container a file is, by its first bytes. Its name and what the browser says of it are not asked."""

from media.refusals import Refused

HEAD_BYTES = 1024

# The demuxer is always named to ffmpeg, so that it never guesses: its guesses include playlists, concat scripts and
# image sequences, which open other files and addresses.
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
_PREFIXES = (
    (b"\x1a\x45\xdf\xa3", "matroska"),  # WebM too
    (b"FLV", "flv"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"OggS", "ogg"),
)
_TS_PACKET = 188


def sniff(head: bytes) -> str:
    """The name of ffmpeg's demuxer for a file that begins like this. Raises Refused."""
    if head[4:8] in _MP4_BOXES:
        return "mov"
    for prefix, demuxer in _PREFIXES:
        if head.startswith(prefix):
            return demuxer
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if _is_transport_stream(head):
        return "mpegts"
    raise Refused("playlist" if _is_playlist(head) else "not-video")


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes a packet apart; cameras (M2TS) put four bytes before each."""
    for offset, step in ((0, _TS_PACKET), (4, _TS_PACKET + 4)):
        if len(head) > offset + 3 * step and all(head[offset + n * step] == 0x47 for n in range(4)):
            return True
    return False


def _is_playlist(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return start.startswith(
        (b"#extm3u", b"ffconcat", b"file ", b"[playlist]", b"<?xml", b"<mpd", b"<smil", b"<asx")
    )
