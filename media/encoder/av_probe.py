"""`python av_probe.py DEMUXER PATH`: what ffprobe would print of a file, as far as we read it, found by PyAV."""

import json
import sys
from typing import Any

import av


def describe(demuxer: str, path: str) -> dict[str, Any]:
    """Streams and length in the shape of ffprobe's JSON."""
    with av.open(path, format=demuxer, options={"protocol_whitelist": "file"}) as container:
        streams = [_stream(one) for one in container.streams]
        length = {} if container.duration is None else {"duration": container.duration / 1_000_000}
        return {"streams": streams, "format": length}


def _stream(stream: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"index": stream.index, "codec_type": stream.type}
    if stream.duration is not None and stream.time_base:
        found["duration"] = float(stream.duration * stream.time_base)
    if stream.type == "audio":
        found["channels"] = stream.codec_context.channels
    if stream.type == "video":
        attached = "ATTACHED_PIC" in stream.disposition.name if stream.disposition else False
        found |= {
            "codec_name": stream.codec_context.name,
            "width": stream.codec_context.width,
            "height": stream.codec_context.height,
            "avg_frame_rate": str(stream.average_rate or 0),
            "r_frame_rate": str(stream.base_rate or 0),
            "sample_aspect_ratio": str(stream.sample_aspect_ratio or 0),
            "disposition": {"attached_pic": int(attached)},
            "side_data_list": [{"rotation": _rotation(stream)}],
        }
    return found


def _rotation(stream: Any) -> int:
    """Turned by the decoder: known only from the first frame."""
    for frame in stream.container.decode(stream):
        return int(getattr(frame, "rotation", 0))
    return 0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(describe(sys.argv[1], sys.argv[2])))
