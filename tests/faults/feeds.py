"""Broadcasters that never give up: ffmpeg at the pace of the clock, into the studio's socket or by RTMP."""

import contextlib
import json
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from media.encoder.run import ffmpeg_program

_SOURCE = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine"]
_PICTURE = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
MIME = "video/x-matroska;codecs=avc1.42E01F,opus"


@contextlib.contextmanager
def sending(once: Callable[[threading.Event], None]) -> Iterator[None]:
    """Send in a thread, again and again until the block ends."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            once(stop)
            stop.wait(0.2)

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def over_rtmp(address: str) -> Callable[[threading.Event], None]:
    """What OBS does."""

    def once(stop: threading.Event) -> None:
        argv = [ffmpeg_program(), "-loglevel", "quiet", "-re", *_SOURCE, *_PICTURE, "-c:a", "aac"]
        process = subprocess.Popen([*argv, "-f", "flv", address], stdin=subprocess.DEVNULL)
        while process.poll() is None and not stop.wait(0.05):
            pass
        process.terminate()
        process.wait(10)

    return once


def over_socket(address: str, cookie: str, origin: str) -> Callable[[threading.Event], None]:
    """What the studio's page does: the same page, a new recording for each line."""
    start = json.dumps({"type": "start", "mime": MIME, "fps": 25, "studio": str(uuid.uuid4())})
    argv = [ffmpeg_program(), "-loglevel", "quiet", "-re", *_SOURCE, *_PICTURE, "-c:a", "libopus"]
    argv += ["-f", "matroska", "-live", "1", "-flush_packets", "1", "pipe:1"]

    def once(stop: threading.Event) -> None:
        headers = {"Cookie": cookie}
        process = None
        try:
            with connect(
                address, additional_headers=headers, origin=origin, open_timeout=5
            ) as line:
                line.send(start)
                line.recv(10)
                process = subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
                assert process.stdout
                while not stop.is_set() and (data := process.stdout.read1(32_768)):
                    line.send(data)
                line.send('{"type": "stop"}')
                while True:
                    line.recv(10)
        except (OSError, TimeoutError, WebSocketException):
            pass
        finally:
            if process is not None:
                process.kill()
                process.communicate()

    return once
