"""A live room: viewers on one web process, over peers that do the same; joins, a restart, presence."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from typing import Any

import uvloop

from live.room import load
from lms.runtime import node, paths
from lms.testing.plugin import free_port
from tests.bench.figures import Figure
from tests.bench.place import Place, place

RATE, BYTES, SECONDS = 10, 300, 10
ROOM, LARGE = 3000, 5000
STALLED = 30
EVERY_S = 5
"""Seconds that beats are gathered for."""
ROUNDS = 3
COMPARED = 2000
"""Viewers of all three where they are compared: as many as the one client beside them reads without falling behind."""


def measure() -> list[Figure]:
    load.allow_many_files()
    with place() as site:
        first = _load(site, COMPARED)
        ours = [first["server_us_a_message"]]
        broadcast, socketio = [], []
        for _ in range(ROUNDS):
            broadcast.append(_peer([sys.executable, "-m", "tests.bench.room_broadcast"]))
            socketio.append(
                _peer([*node.command("node"), "tests/bench/room_socketio.mjs"], socketio=True)
            )
            ours.append(_load(site, COMPARED)["server_us_a_message"])
        room, large = _load(site, ROOM, "--stalled", str(STALLED)), _load(site, LARGE)
        lesson = site.python(FULL).strip()
        full = _load(site, ROOM, "--lesson", lesson)
        back_s = uvloop.run(_restart(site))
        presence = _presence(site, lesson)
    mine = statistics.median(ours)
    note = f"{RATE} messages a second of {BYTES} bytes for {SECONDS} s; one process, loopback"
    stalled = f"{STALLED} viewers more had stopped reading"
    return [
        _ratio("websockets.broadcast", mine, statistics.median(broadcast), 0.6),
        _ratio("socket.io", mine, statistics.median(socketio), 0.5),
        *_of_room(room, 0.5, 600, f"{note}; {stalled}"),
        *_of_room(large, 1.0, 1000, note),
        Figure(
            "room: memory a connection", first["server_kb_a_connection"], "kB", "at most", 64,
            note=f"the first {COMPARED:,} of a process that has held none before",
        ),
        Figure(
            f"room: {ROOM:,} joins", room["joined_in_s"], "s", "at most", 10,
            note="signed tickets, no query; the client shares the machine",
        ),
        Figure(
            f"room: {ROOM:,} joins, each shown all that was said before", full["joined_in_s"], "s", "at most", 10,
            note="50 lines of chat, 20 questions with votes, a poll and a sign-in, and what is each one's own",
        ),
        Figure(
            f"room: {ROOM:,} back after a restart", back_s, "s", "at most", 30,
            note=f"from the end of the old process; viewers come back with a jitter of {load.JITTER_S:.0f} s",
        ),
        *presence,
    ]  # fmt: skip


def _ratio(name: str, ours: float, theirs: float, target: float) -> Figure:
    note = f"median of {ROUNDS} rounds in turn, {COMPARED:,} viewers, {RATE} messages a second of {BYTES} bytes"
    what = f"room: processor time a delivered message, over {name}"
    return Figure(what, ours, "µs", "at most", target, baseline=theirs, note=note)


def _of_room(found: dict[str, Any], share: float, p99: float, note: str) -> list[Figure]:
    name = f"room of {found['viewers']:,}"
    return [
        Figure(f"{name}: share of a core", found["server_share_of_a_core"], "", "at most", share, note=note),
        Figure(f"{name}: p50", found["p50_ms"], "ms", "at most", p99),
        Figure(f"{name}: p99", found["p99_ms"], "ms", "at most", p99),
        Figure(f"{name}: not delivered", found["messages_missed"], "", "at most", 0),
    ]  # fmt: skip


def _load(site: Place, viewers: int, *more: str) -> dict[str, Any]:
    argv = ["manage.py", "room_load", site.url, "--json", "--pid", str(site.pid), *more]
    argv += ["--viewers", str(viewers), "--rate", str(RATE), "--bytes", str(BYTES)]
    argv += ["--seconds", str(SECONDS)]
    done = subprocess.run(
        [sys.executable, *argv], cwd=paths.ROOT, env=site.env, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def _peer(argv: list[str], *, socketio: bool = False) -> float:
    """Microseconds of processor time that a message costs the peer."""
    port = free_port()
    server = subprocess.Popen([*argv, str(port), str(RATE), str(BYTES)], cwd=paths.ROOT)
    try:
        return uvloop.run(_crowd_of_peer(port, server.pid, socketio=socketio))
    finally:
        server.terminate()
        server.wait(10)


async def _crowd_of_peer(port: int, pid: int, *, socketio: bool) -> float:
    await _listens(port)
    url = f"http://127.0.0.1:{port}"
    if socketio:
        path = "/socket.io/?EIO=4&transport=websocket"
        greeting, answer = load.masked(load.TEXT, b"40"), {b"2": b"3"}.get
        crowd = load.Crowd(url, lambda _number: path, greeting=greeting, answer=answer)
    else:
        crowd = load.Crowd(url, lambda _number: "/")
    await crowd.join(COMPARED)
    await asyncio.sleep(2)
    before, heard = load.Usage.of(pid), crowd.heard.messages
    await asyncio.sleep(SECONDS)
    after, messages = load.Usage.of(pid), crowd.heard.messages - heard
    await crowd.leave()
    # What counts is the work a delivered message takes, not how many a busy machine lets it deliver.
    share = messages / (COMPARED * RATE * SECONDS)
    if share < 0.95:
        print(f"On this machine the peer came to {share:.0%} of its messages in time.", flush=True)
    return (after.cpu_s - before.cpu_s) * 1e6 / messages


async def _listens(port: int) -> None:
    for _ in range(200):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise TimeoutError("The peer did not start.")


FULL = """
import datetime, uuid
from django.utils import timezone
from live.domain.room import chat, prompts, questions
from live.enums import Happening, PromptKind, RoomRole
from live.models.lesson import LessonEvent
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory
lesson, at = LessonFactory(), timezone.now()
LessonEvent.objects.create(lesson=lesson, kind=Happening.STARTED, by=lesson.trainer, at=at)
people = PersonFactory.create_batch(20)
for number in range(50):
    who = {"lesson_id": lesson.pk, "person_id": people[number % 20].pk, "at": at + datetime.timedelta(seconds=number)}
    chat.say(**who, role=RoomRole.LEARNER, key=uuid.uuid4(), text="这一段讲得很细，笔记跟上了。" * 2)
for person in people:
    who = {"lesson_id": lesson.pk, "person_id": person.pk, "at": at}
    asked = questions.ask(**who, role=RoomRole.LEARNER, key=uuid.uuid4(), text="家长不签字怎么办？" * 3)
    questions.approve(lesson_id=lesson.pk, question_id=asked.pk, by_id=lesson.trainer_id, at=at)
    questions.vote(lesson_id=lesson.pk, question_id=asked.pk, person_id=people[0].pk, at=at)
poll = {"lesson_id": lesson.pk, "by_id": lesson.trainer_id, "at": at, "window_s": 60}
asked = prompts.ask(**poll, kind=PromptKind.SINGLE, title="先做什么？", options=("先听", "先说"), right=(1,))
for person in people:
    who = {"lesson_id": lesson.pk, "person_id": person.pk, "at": at}
    prompts.answer(**who, prompt_id=asked.pk, connection=uuid.uuid4(), key=uuid.uuid4(), choice=[1])
prompts.ask(**poll, kind=PromptKind.SIGN_IN, title="", options=(), right=())
print(lesson.pk)
"""

TICKETS = """
import json, uuid
from live.management.commands.room_load import path_of
lesson = uuid.uuid4()
print(json.dumps([path_of(lesson, number) for number in range({count})]))
"""


async def _restart(site: Place) -> float:
    """Seconds from the end of the server until all viewers are in again."""
    tickets = json.loads(site.python(TICKETS.format(count=ROOM)))
    crowd = load.Crowd(site.url, tickets.__getitem__, comes_back=True)
    await crowd.join(ROOM)
    begun = time.perf_counter()
    await asyncio.to_thread(site.restart)
    await crowd.whole(60)
    back_s = time.perf_counter() - begun
    if set(crowd.closings) - {0, 1006, 1012} or crowd.closings[1012] < ROOM:
        raise RuntimeError(f"Not all were told to come back: {crowd.closings}")
    await crowd.leave()
    return back_s


PRESENCE = """
import json, time, uuid
from django.db import connection
from django.utils import timezone
from live.domain import presence
from live.domain.presence import Row
from lms.people.models import Person
lesson_id = uuid.UUID("{lesson}")
Person.objects.bulk_create(Person(name=f"viewer {{n}}", phone=f"+86137{{n:08d}}") for n in range({viewers}))
people = list(Person.objects.filter(phone__startswith="+86137").values_list("pk", flat=True))
pages = [(pk, uuid.uuid4()) for pk in people]
def rows(some, kind):
    at = timezone.now()
    return [Row(lesson_id, pk, page, kind, at) for pk, page in some]
presence.write(rows(pages, "join"))
taken, third = [], len(pages) // 3
from live.room.load import Usage
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    (backend,) = cursor.fetchone()
cpu_s = lambda: time.process_time() + Usage.of(backend).cpu_s
before = cpu_s()
for number in range({batches}):
    batch = rows(pages[number % 3 * third:][:third], "beat")
    start = time.perf_counter()
    presence.write(batch)
    taken.append(time.perf_counter() - start)
cpu = (cpu_s() - before) / {batches}
print(json.dumps({{"taken": sorted(taken), "cpu": cpu, "rows": third}}))
"""


def _presence(site: Place, lesson: str) -> list[Figure]:
    """Beats of 5,000 viewers as the room writes them: a third of them every five seconds, for ten minutes."""
    batches = 120
    found = json.loads(site.python(PRESENCE.format(lesson=lesson, viewers=LARGE, batches=batches)))
    taken, share = found["taken"], found["cpu"] / EVERY_S
    rows_a_s = found["rows"] / EVERY_S
    note = f"{rows_a_s:.0f} rows a second in batches of {found['rows']:,}; the writing process and its PostgreSQL's"
    return [
        Figure("presence of 5,000: share of a core", share, "", "at most", 0.05, note=note),
        Figure(
            "presence of 5,000: p99 of a batch", taken[int(0.99 * len(taken))] * 1000, "ms", "at most", 250,
            note=f"median {statistics.median(taken) * 1000:.0f} ms; one statement, durable",
        ),
    ]  # fmt: skip
