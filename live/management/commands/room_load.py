"""Fill a room with viewers, speak into it, and say how that went: for one's own machine."""

import asyncio
import json
import uuid
from typing import Any
from urllib.parse import urlencode

import uvloop
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from live.enums import RoomRole
from live.room import bus, load
from live.room.tickets import issue

ASK = b'{"type":"state"}'


class Command(BaseCommand):
    """`manage.py room_load URL --viewers 3000`: a room that no lesson has, unless one is named."""

    help = "Measure a room: many viewers, messages at an even rate, their age when they arrive."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="the site, such as http://127.0.0.1:8000")
        parser.add_argument("--viewers", type=int, default=1000)
        parser.add_argument("--rate", type=float, default=10, help="messages a second")
        parser.add_argument("--bytes", type=int, default=300, help="of a message")
        parser.add_argument("--seconds", type=float, default=20)
        parser.add_argument(
            "--lesson",
            type=uuid.UUID,
            help="a lesson of the site's, with all that was said in it: viewers ask for it as pages do",
        )
        parser.add_argument("--stalled", type=int, default=0, help="viewers more that do not read")
        parser.add_argument("--pid", type=int, help="of the server, where it runs on this machine")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        load.allow_many_files()
        figures = uvloop.run(_measure(options["lesson"] or uuid.uuid4(), options))
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        for name, value in figures.items():
            self.stdout.write(f"{name.replace('_', ' '):28} {value}")


async def _measure(lesson: uuid.UUID, options: dict[str, Any]) -> dict[str, Any]:
    pid, stalled = options["pid"], options["stalled"]
    viewers = options["viewers"] + stalled
    empty = load.Usage.of(pid) if pid else None
    tickets = [path_of(lesson, number) for number in range(viewers)]
    asks = options["lesson"] is not None
    crowd = load.Crowd(
        options["url"],
        tickets.__getitem__,
        greeting=load.masked(load.TEXT, ASK) if asks else b"",
        entered=b'"type":"state"' if asks else b"",
    )
    joined_s = await crowd.join(viewers)
    for number in range(stalled):
        crowd.lines[number].pause()
    await asyncio.sleep(2)
    before = load.Usage.of(pid) if pid else None
    said = await load.speak(
        lambda message: bus.tell(lesson, message),
        rate=options["rate"],
        size=options["bytes"],
        seconds=options["seconds"],
    )
    await asyncio.sleep(1)
    after = load.Usage.of(pid) if pid else None
    heard = crowd.heard
    found: dict[str, Any] = {
        "viewers": viewers - stalled,
        "joined_in_s": round(joined_s, 2),
        "messages_said": said,
        "messages_heard": heard.messages,
        "messages_missed": said * (viewers - stalled) - heard.messages,
        "p50_ms": heard.percentile(0.5),
        "p99_ms": heard.percentile(0.99),
        "lines_lost": viewers - len(crowd.inside),
    }
    if before and after and empty:
        cpu_s = after.cpu_s - before.cpu_s
        found |= {
            "server_share_of_a_core": round(cpu_s / (options["seconds"] + 1), 3),
            "server_us_a_message": round(cpu_s * 1e6 / max(1, heard.messages), 2),
            "server_kb_a_connection": round(
                (before.rss_bytes - empty.rss_bytes) / 1024 / viewers, 1
            ),
        }
    await crowd.leave()
    return found


def path_of(lesson: uuid.UUID, number: int) -> str:
    """The address of a room for a viewer who is nobody."""
    ticket = issue(
        lesson_id=lesson,
        # Nobody's: people have positive keys.
        person_id=-1 - number,
        name=f"load {number}",
        role=RoomRole.LEARNER,
        language="zh-hans",
        at=timezone.now(),
    )
    query = urlencode({"ticket": ticket, "connection": uuid.uuid4()})
    return f"/live/room/{lesson}/socket?{query}"
