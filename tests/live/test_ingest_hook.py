"""The question of media servers: in the words of each, and asked by Debian's nginx with its RTMP module."""

import datetime
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.domain import keys, lessons, store
from live.models.lesson import Lesson, Take
from lms.runtime import needs
from lms.testing.plugin import Site, free_port
from media.encoder.run import ffmpeg_program
from tests.factories.live import LessonFactory

SECRET = "of-the-media-server"


def key_of(lesson: Lesson) -> str:
    return keys.make_key(lesson=lesson, by=lesson.trainer, at=timezone.now())[1]


def nginx(name: str) -> dict:
    return {"data": {"app": "live", "call": "publish", "name": name, "addr": "10.0.0.9"}}


def srs(name: str) -> dict:
    said = {"action": "on_publish", "app": "live", "stream": name, "ip": "10.0.0.9", "param": ""}
    return {"data": json.dumps(said), "content_type": "application/json"}


def mediamtx(name: str, action: str = "publish") -> dict:
    said = {"action": action, "path": f"live/{name}", "protocol": "rtmp", "user": "", "query": ""}
    return {"data": json.dumps(said), "content_type": "application/json"}


@pytest.mark.django_db
class TestQuestion:
    """Asked over HTTP."""

    @pytest.fixture(autouse=True)
    def secret(self, settings) -> None:
        settings.LIVE_HOOK_SECRET = SECRET

    def ask(self, question: dict, *, secret: str = SECRET, **meta: str) -> int:
        address = f"{reverse('live:ingest-hook')}?secret={secret}"
        return Client(enforce_csrf_checks=True).post(address, **question, **meta).status_code

    @pytest.mark.parametrize("question", [nginx, srs, mediamtx])
    def test_good_key_may_and_others_may_not(self, question) -> None:
        lesson = LessonFactory()
        key = key_of(lesson)
        assert self.ask(question(key)) == 200
        assert self.ask(question(key[:-1] + "x")) == 403
        newer = key_of(lesson)
        assert self.ask(question(key)) == 403
        assert self.ask(question(newer)) == 200
        lessons.begin_take(
            person=lesson.trainer,
            lesson_id=lesson.pk,
            studio=lesson.pk,
            take_over=False,
            at=timezone.now(),
        )
        lessons.end(person=lesson.trainer, lesson=lesson, at=timezone.now())
        assert self.ask(question(newer)) == 403

    def test_expired_key_may_not(self) -> None:
        lesson = LessonFactory(starts_at=timezone.now() - datetime.timedelta(days=3))
        then = timezone.now() - datetime.timedelta(days=2)
        old = keys.make_key(lesson=lesson, by=lesson.trainer, at=then)[1]
        assert self.ask(nginx(old)) == 403

    def test_mediamtx_may_hand_on_what_it_takes_and_nothing_else(self) -> None:
        key = key_of(LessonFactory())
        assert self.ask(mediamtx(key, "read")) == 200
        assert self.ask(mediamtx("", "api")) == 403
        assert self.ask(mediamtx(key, "metrics")) == 403

    def test_only_media_servers_of_the_site_may_ask(self, settings) -> None:
        question = nginx(key_of(LessonFactory()))
        assert self.ask(question, secret="guessed") == 403
        settings.LIVE_HOOK_ADDRESSES = ["10.1.1.1"]
        assert self.ask(question, secret="", REMOTE_ADDR="10.1.1.1") == 200
        assert self.ask(question, secret="", REMOTE_ADDR="10.1.1.2") == 403
        proxied = {"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": "8.8.8.8"}
        assert self.ask(question, secret="", **proxied) == 403
        settings.LIVE_HOOK_SECRET, settings.LIVE_HOOK_ADDRESSES = "", []
        assert self.ask(question, secret="") == 403

    @pytest.mark.parametrize("body", ["", "[]", "[" * 9000, '{"action": {}, "stream": 1}', "\xff"])
    def test_garbage_is_a_no(self, body: str) -> None:
        assert self.ask({"data": body, "content_type": "application/json"}) == 403


@pytest.mark.django_db
def test_key_is_made_in_the_studio_and_shown_once(client: Client) -> None:
    lesson = LessonFactory()
    client.force_login(lesson.trainer)
    made = client.post(reverse("live:key", args=[lesson.pk])).json()
    assert made["server"].startswith("rtmp://")
    assert keys.key_named(made["key"], at=timezone.now()).lesson == lesson
    page = client.get(reverse("live:studio", args=[lesson.pk])).content.decode()
    assert "用 OBS 推流" in page
    assert made["key"] not in page
    assert client.post(reverse("live:key", args=[lesson.pk])).json()["key"] != made["key"]


CONFIG = """
load_module {module};
user root;
daemon off;
error_log {folder}/error.log info;
pid {folder}/nginx.pid;
events {{}}
rtmp {{ server {{
  listen 127.0.0.1:{port};
  application live {{
    live on;
    on_publish {hook};
    push rtmp://127.0.0.1:{worker}/live;
  }}
}} }}
"""


@contextmanager
def nginx_on(folder: Path, port: int, hook: str, worker: int) -> Iterator[None]:
    config = folder / "nginx.conf"
    module = needs.find("nginx-rtmp")
    config.write_text(
        CONFIG.format(module=module, folder=folder, port=port, hook=hook, worker=worker)
    )
    process = subprocess.Popen(["nginx", "-c", config, "-e", folder / "error.log"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


def published(port: int, key: str) -> int:
    source = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine"]
    made = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"]
    program = [ffmpeg_program(), "-loglevel", "error", "-re", *source, "-t", "4", *made]
    address = f"rtmp://127.0.0.1:{port}/live/{key}"
    done = subprocess.run(
        [*program, "-c:a", "aac", "-f", "flv", address], capture_output=True, timeout=60
    )
    return done.returncode


@pytest.mark.skipif(
    needs.find("nginx-rtmp") is None, reason=f"get it with: {needs.HOW['nginx-rtmp'][1]}"
)
def test_debians_nginx_asks_and_hands_on(
    own_database, request, tmp_path: Path, settings, monkeypatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    lesson, port, worker = LessonFactory(), free_port(), free_port()
    monkeypatch.setenv("LIVE_HOOK_SECRET", SECRET)
    monkeypatch.setenv("RTMP_PORT", str(worker))
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    site: Site = request.getfixturevalue("site")
    site.spawn("live", "manage.py", "live_worker")
    wait_for_port(worker)
    hook = f"{site.url}{reverse('live:ingest-hook')}?secret={SECRET}"
    key = key_of(lesson)
    with nginx_on(tmp_path, port, hook, worker):
        deadline = time.monotonic() + 30
        while published(port, key):
            assert time.monotonic() < deadline, (tmp_path / "error.log").read_text()
        while store.recorded_s(lesson.pk) < 2.5:
            assert time.monotonic() < deadline, (site.log_dir / "live.log").read_text()
            time.sleep(0.1)
        takes = Take.objects.count()
        assert published(port, key[:-1] + "x") != 0
    assert Take.objects.count() == takes
