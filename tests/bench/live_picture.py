"""Live picture: glass to glass between two Chromiums, ffmpeg's share of a core, the replay's end, signed segments."""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from websockets.asyncio.client import connect

from lms.runtime import paths
from tests.bench.figures import Figure
from tests.bench.place import Client, Place, place

SAMPLES = 60
RECORDED_S = 1800
SEGMENT_ROUNDS = 3
ROUND_S = 3
CONNECTIONS = 16
PIECE = 50_000
MOST_AHEAD_S = 20

SET_UP = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from live.domain import watching
from tests.factories.live import LessonFactory
made = []
for _ in range(2):
    lesson = LessonFactory()
    session = SessionStore()
    session[SESSION_KEY] = str(lesson.trainer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = lesson.trainer.get_session_auth_hash()
    session.create()
    base = watching.addresses_of(lesson.pk, at=timezone.now()).live_url.removesuffix("live.m3u8")
    made.append([str(lesson.pk), session.session_key, base])
print(json.dumps(made))
"""

# What is recorded is the studio's picture with the time in it: twenty squares, a bit of a millisecond clock each.
CLOCK = """
const capture = HTMLCanvasElement.prototype.captureStream;
HTMLCanvasElement.prototype.captureStream = function (fps) {
  const out = document.createElement("canvas");
  const worker = new Worker(URL.createObjectURL(new Blob(["setInterval(() => postMessage(0), 40)"])));
  const draw = () => {
    [out.width, out.height] = out.width ? [out.width, out.height] : [640, 360];
    const pen = out.getContext("2d");
    pen.drawImage(this, 0, 0, 640, 360);
    const now = Date.now() % 1048576;
    for (let bit = 0; bit < 20; bit += 1) {
      pen.fillStyle = (now >> bit) & 1 ? "#fff" : "#000";
      pen.fillRect(bit * 32, 0, 32, 48);
    }
  };
  worker.addEventListener("message", draw);
  out.width = 640; out.height = 360;
  draw();
  return capture.call(out, fps);
};
"""

READ = """
() => {
  const video = document.querySelector("video");
  const eye = (window.eye ??= Object.assign(document.createElement("canvas"), { width: 640, height: 48 }));
  const pen = eye.getContext("2d", { willReadFrequently: true });
  if (video.readyState < 2 || !video.videoWidth) return null;
  pen.drawImage(video, 0, 0, video.videoWidth, (video.videoHeight * 48) / 360, 0, 0, 640, 48);
  const now = Date.now() % 1048576;
  let seen = 0;
  for (let bit = 0; bit < 20; bit += 1)
    if (pen.getImageData(bit * 32 + 16, 20, 1, 1).data[0] > 127) seen += 2 ** bit;
  return [(now - seen + 1048576) % 1048576, document.querySelector("[data-delay]").textContent];
}
"""


def measure() -> list[Figure]:
    media = Path(tempfile.mkdtemp(prefix="bench-live-"))
    os.environ["MEDIA_ROOT"] = str(media)
    try:
        with place() as site:
            watched, recorded = json.loads(site.python(SET_UP))
            return [*_watched(site, *watched[:2]), *asyncio.run(_recorded(site, *recorded))]
    finally:
        del os.environ["MEDIA_ROOT"]
        shutil.rmtree(media, ignore_errors=True)


def _watched(site: Place, lesson: str, session: str) -> list[Figure]:
    with chromium() as giving, _page(giving, site, session, CLOCK) as studio:
        studio.goto(f"{site.url}/live/{lesson}/studio/")
        studio.locator("[data-size]").select_option("360")
        studio.locator("[data-source=microphone][aria-pressed=true]").wait_for()
        studio.locator("[data-begin]").click()
        studio.locator("[data-live]").wait_for()
        with _page(giving, site, session, "") as viewer:
            viewer.goto(f"{site.url}/live/{lesson}/")
            spent, share = time.monotonic(), _spent_s()
            usual = _delays(viewer, "usual")
            near = _delays(viewer, "near")
            core = (_spent_s() - share) / (time.monotonic() - spent)
    note = f"{SAMPLES} looks at a clock in the picture, 640 x 360, studio and viewer in Chromium on the same cores"
    return [
        Figure("glass to glass, HLS, p50", _middle(usual), "s", "at most", 2.5, note=f"{note}; {_words(usual)}"),
        Figure("glass to glass, low delay, p50", _middle(near), "s", "at most", 1.0, note=_words(near)),
        Figure("ffmpeg, copying, a lesson", 100 * core, "% of a core", "at most", 10),
    ]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """With a camera and a microphone that are made up, and every page allowed to use them."""
    arguments = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
    arguments += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        yield browser
        browser.close()


@contextmanager
def _page(browser: Browser, site: Place, session: str, script: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def _delays(viewer: Page, quality: str) -> list[tuple[float, float]]:
    """Delays in seconds: read from the picture, and as the page says them."""
    # By the debugger: the page's policy forbids to wait by a function of one's own.
    while not viewer.evaluate("document.querySelector('video').currentTime > 1"):
        viewer.wait_for_timeout(200)
    viewer.locator("[data-quality]").select_option(quality)
    viewer.wait_for_timeout(8000)
    found = []
    for _ in range(SAMPLES):
        viewer.wait_for_timeout(150)
        seen = viewer.evaluate(READ)
        if seen and seen[1]:
            found.append((seen[0] / 1000, float(seen[1].split()[1])))
    return found


def _middle(delays: list[tuple[float, float]]) -> float:
    return statistics.median(one for one, _ in delays)


def _words(delays: list[tuple[float, float]]) -> str:
    seen = sorted(one for one, _ in delays)
    said = statistics.median(one for _, one in delays)
    return f"p90 {seen[len(seen) * 9 // 10]:.2f} s; the page says {said:.1f} s"


def _spent_s() -> float:
    """Processor seconds of all ffmpeg processes."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        if name.endswith("(ffmpeg"):
            fields = rest.split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def _recorded(site: Place, lesson: str, session: str, base: str) -> list[Figure]:
    """Half an hour fed as fast as it is taken, ended; then its segments by their signed address and as static files."""
    await _feed(site, lesson, session)
    client = Client(site.port, session)
    await client.open()
    end = time.perf_counter()
    status, body = await client.request("POST", f"/live/{lesson}/end/")
    if status != 200:
        raise RuntimeError(f"{status} {body[:300]!r}")
    length, last = 0.0, ""
    while length < RECORDED_S - 2 or last != "#EXT-X-ENDLIST":
        _, body = await client.request("GET", f"{base}replay.m3u8")
        lines = body.decode().splitlines()
        length, last = (
            sum(float(one[8:-1]) for one in lines if one.startswith("#EXTINF")),
            lines[-1],
        )
    pieces = [base + one for one in lines if one.endswith(".m4s")]
    if (await client.request("GET", pieces[-1]))[0] != 200:
        raise RuntimeError("The last segment cannot be had")
    complete = time.perf_counter() - end
    await client.close()
    signed, static = await _rates(site, session, pieces[10])
    note = f"over a static file of about their size; {CONNECTIONS} connections, medians of rounds"
    minutes = RECORDED_S // 60
    return [
        Figure(f"replay of {minutes} minutes complete", complete, "s", "at most", 10),
        Figure("segments, signed", signed, "a second", "at least", 0.8, baseline=static, note=note),
    ]


async def _feed(site: Place, lesson: str, session: str) -> None:
    # A minute encoded once, then repeated without encoding: what is measured is what comes after.
    with tempfile.TemporaryDirectory() as folder:
        minute, whole = Path(folder) / "minute.mkv", Path(folder) / "whole.mkv"
        source = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine"]
        x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]
        _ffmpeg(*source, "-t", "60", *x264, "-c:a", "libopus", str(minute))
        loops = str(RECORDED_S // 60 - 1)
        _ffmpeg(
            "-stream_loop",
            loops,
            "-i",
            str(minute),
            "-c",
            "copy",
            "-f",
            "matroska",
            "-live",
            "1",
            str(whole),
        )
        data = whole.read_bytes()
    start = {"type": "start", "mime": "video/x-matroska;codecs=avc1,opus", "fps": 25}
    headers = {"Cookie": f"sessionid={session}", "Origin": site.url}
    address = f"ws://127.0.0.1:{site.port}/live/studio/{lesson}/socket"
    async with connect(
        address, additional_headers=headers, max_size=None, ping_interval=None
    ) as socket:
        await socket.send(json.dumps(start | {"studio": str(uuid.uuid4())}))
        recorded_s = 0.0
        for at in range(0, len(data), PIECE):
            await socket.send(data[at : at + PIECE])
            # A server that is far behind does not read, and would take us for gone.
            while RECORDED_S * at / len(data) - recorded_s > MOST_AHEAD_S:
                recorded_s = json.loads(await socket.recv()).get("recorded_s", recorded_s)
        await socket.send('{"type": "stop"}')
        async for said in socket:
            if json.loads(said)["type"] in ("stopped", "no"):
                break


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


async def _rates(site: Place, session: str, piece: str) -> tuple[float, float]:
    client = Client(site.port, session)
    await client.open()
    _, body = await client.request("GET", piece)
    await client.close()
    # The server reads its static folder when it starts: one of its files of about the same size.
    files = [
        one
        for one in (paths.VAR / "static").rglob("*.*")
        if one.suffix in (".js", ".css", ".svg", ".html")
    ]
    plain = min(files, key=lambda one: abs(one.stat().st_size - len(body)))
    static = f"/static/{plain.relative_to(paths.VAR / 'static').as_posix()}"
    found: dict[str, list[float]] = {piece: [], static: []}
    for _ in range(SEGMENT_ROUNDS):
        for path in found:
            found[path].append(await _rate(site, session, path))
    return statistics.median(found[piece]), statistics.median(found[static])


async def _rate(site: Place, session: str, path: str) -> float:
    clients = [Client(site.port, session) for _ in range(CONNECTIONS)]
    for one in clients:
        await one.open()
    start, done = time.perf_counter(), 0

    async def go(client: Client) -> None:
        nonlocal done
        while time.perf_counter() - start < ROUND_S:
            status, _ = await client.request("GET", path)
            done += status == 200

    await asyncio.gather(*(go(one) for one in clients))
    for one in clients:
        await one.close()
    return done / (time.perf_counter() - start)
