"""FLV, which RTMP's audio and video are the tags of: Video File Format 10.1 (Adobe, 2010), annex E."""

import struct

AUDIO_TAG, VIDEO_TAG = 8, 9
HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
"""Sound and picture may follow; then the size of the tag before, of which there is none."""
_H264 = 7


def tag(kind: int, timestamp_ms: int, body: bytes) -> bytes:
    """A tag, and its size after it; the time is modulo 2^32."""
    size, time = len(body).to_bytes(3, "big"), timestamp_ms.to_bytes(4, "big")
    head = bytes([kind]) + size + time[1:] + time[:1] + bytes(3)
    return head + body + struct.pack(">I", len(head) + len(body))


def is_h264(body: bytes) -> bool:
    """Whether a video tag's content is H.264; newer ones set the first bit and name their codec by four letters."""
    return len(body) > 1 and body[0] >> 7 == 0 and body[0] & 0x0F == _H264
