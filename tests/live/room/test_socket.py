"""The room's socket: who comes in, what goes round, what is refused and in which words."""

import asyncio
import datetime
import json
import uuid
from dataclasses import dataclass

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from live.acts import ACTS, EVERYBODY, STAFF, Act, Answer
from live.consumers import room as consumer
from live.domain import lines
from live.domain.errors import Refused
from live.frames import room as frames
from live.room.rates import BURST, CLOSE_AT, WARN_FOR
from lms.web.sockets import only_from_our_pages, socket_routes
from tests.live.room.conftest import Line, address, all_leave, enter

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@frames.frame("test.say")
@dataclass(frozen=True, kw_only=True, slots=True)
class Say(frames.Frame):
    text: str
    to: str = "room"


@frames.frame("test.wave")
@dataclass(frozen=True, kw_only=True, slots=True)
class Wave(frames.Frame):
    pass


@frames.frame("test.end")
@dataclass(frozen=True, kw_only=True, slots=True)
class End(frames.Frame):
    pass


def say(caller, frame, at) -> Answer:
    if frame.text == "bad":
        raise Refused("bad", "这样不行。")
    message = {"type": "said", "text": frame.text, "by": caller.name}
    match frame.to:
        case "room":
            return Answer(to_room=[message])
        case "hosts":
            return Answer(to_hosts=[message])
    return Answer(to_persons={int(frame.to): [message]}, to_self=[{"type": "sent"}])


@pytest.fixture(autouse=True)
def _acts(monkeypatch):
    wave = Act(
        lambda caller, frame, at: Answer(to_room=[{"type": "waved"}]), EVERYBODY, 8, durable=False
    )
    monkeypatch.setitem(ACTS, Say, Act(say, EVERYBODY, 600, durable=False))
    monkeypatch.setitem(ACTS, Wave, wave)
    monkeypatch.setitem(ACTS, End, Act(lambda *_: Answer(), STAFF, 60))


async def test_what_one_says_all_hear_in_one_array(place) -> None:
    one, two = await enter(place, 1), await enter(place, 2)
    assert (await two.heard("numbers"))["viewers"] == 2
    await one.say("test.say", text="同学们好", ref=7)
    heard = await two.heard("said")
    assert heard == {"type": "said", "text": "同学们好", "by": "老师1"}
    assert (await one.heard("done"))["ref"] == 7
    await all_leave(one, two)


async def test_hosts_and_persons_are_told_apart(place) -> None:
    learner, other, host = [
        await enter(place, number, role)
        for number, role in ((1, "learner"), (2, "learner"), (3, "host"))
    ]
    await learner.say("test.say", text="只给助教", to="hosts")
    await learner.say("test.say", text="只给二号", to="2")
    await learner.say("test.say", text="大家")
    assert [(await host.heard("said"))["text"] for _ in range(2)] == ["只给助教", "大家"]
    assert [(await other.heard("said"))["text"] for _ in range(2)] == ["只给二号", "大家"]
    assert (await learner.heard("said"))["text"] == "大家"
    await all_leave(learner, other, host)


@pytest.fixture
def _durable(monkeypatch):
    monkeypatch.setitem(ACTS, Say, Act(say, EVERYBODY, 600))


@pytest.mark.usefixtures("_durable")
async def test_who_was_away_hears_what_was_missed_once(lesson) -> None:
    one, two = await enter(lesson, 1), await enter(lesson, 2)
    await one.say("test.say", text="一")
    seen = (await two.heard("said"))["seq"]
    await two.leave()
    await one.say("test.say", text="二")
    await one.say("test.wave")
    await one.say("test.say", text="给别人", to="hosts")
    await one.heard("waved")
    again = await enter(lesson, 2)
    await again.say("hello", since=seen)
    assert (await again.heard("said"))["text"] == "二"
    await all_leave(one, again)


async def test_rows_bring_back_what_was_said_before_a_restart(lesson) -> None:
    def said_before() -> None:
        message = {"type": "said", "text": "重启以前"}
        lines.keep(lesson.pk, [("room", message), (5, message)], timezone.now())
        connection.close()

    await asyncio.to_thread(said_before)
    line = await enter(lesson)
    await line.say("hello", since=0)
    assert (await line.heard("said"))["text"] == "重启以前"
    await line.leave()


async def test_refused_act_is_said_to_its_page_only(place) -> None:
    line = await enter(place)
    await line.say("test.say", text="bad", ref=3)
    assert await line.heard("no") == {
        "type": "no",
        "code": "bad",
        "message": "这样不行。",
        "ref": 3,
    }
    await line.leave()


async def test_learner_cannot_do_what_hosts_do(place) -> None:
    line = await enter(place)
    await line.say("test.end", role="host")
    no = await line.heard("no")
    assert (no["code"], no["message"]) == ("not-allowed", "您在这个直播间里没有此项权限。")
    await line.leave()


async def test_act_too_often_is_refused_over_all_devices(place) -> None:
    phone, laptop = await enter(place), await enter(place)
    await phone.say("test.wave")
    await phone.heard("waved")
    await laptop.say("test.wave")
    await laptop.say("test.wave")
    assert (await laptop.heard("no"))["code"] == "too-fast"
    await all_leave(phone, laptop)


UNREADABLE = [
    "garbage",
    "[" * 4000,
    "[]",
    '"beat"',
    '{"type": ["beat"]}',
    '{"type": "no-such"}',
    '{"type": "beat"}',
    '{"type": "beat", "playing": 1, "hidden": false}',
    '{"type": "beat", "playing": true, "hidden": false, "position_s": 1e999}',
    '{"type": "hello", "since": -1e3}',
    '{"type": "hello", "since": 99999999999999999999}',
    '{"type": "test.say", "text": "\\ud800"}',
    '{"type": "test.say", "text": "\\u0000"}',
    json.dumps({"type": "test.say", "text": "长" * 501}),
]


async def test_what_cannot_be_read_is_answered(place) -> None:
    line = await enter(place)
    for said in UNREADABLE:
        await line.send_text(said)
    for _said in UNREADABLE:
        no = await line.heard("no")
        assert (no["code"], no["message"]) == ("malformed", "这条消息读不出来，请刷新页面。")
    await line.leave()


async def test_bytes_are_answered_and_long_texts_close(place) -> None:
    line = await enter(place)
    await line.send_input({"type": "websocket.receive", "bytes": b"\x00\xff"})
    assert (await line.heard("no"))["code"] == "malformed"
    await line.send_text("x" * 5000)
    assert await line.closed() == 4413
    await line.wait(10)


async def test_flood_is_warned_muted_closed_and_others_go_on(place) -> None:
    flood, other = await enter(place, 1), await enter(place, 2)
    for code, count in (("slower", BURST + 10), ("muted", WARN_FOR), ("", CLOSE_AT)):
        for _ in range(count):
            await flood.say("beat", playing=True, hidden=False)
        if code:
            assert (await flood.heard("no"))["code"] == code
    assert await flood.closed() == 4429
    await other.say("test.say", text="还在上课")
    assert (await other.heard("said"))["text"] == "还在上课"
    await other.leave()


@pytest.mark.parametrize(
    "changed", [{"ticket": ""}, {"ticket": "x:y"}, {"connection": "x"}, {"connection": ""}]
)
async def test_without_a_good_ticket_nobody_comes_in(place, changed) -> None:
    line = await enter(place, **changed)
    assert (await line.heard("no"))["message"] == "进入直播间的凭证已过期，请刷新页面。"
    assert await line.closed() == 4401


async def test_ticket_of_another_room_or_of_yesterday_opens_nothing(place, monkeypatch) -> None:
    other = address(place).replace(str(place.pk), str(uuid.uuid4()))
    line = await Line(other).open()
    assert await line.closed() == 4401
    then = timezone.now() - datetime.timedelta(hours=13)
    with monkeypatch.context() as patch:
        patch.setattr("tests.live.room.conftest.timezone.now", lambda: then)
        old = address(place)
    line = await Line(old).open()
    assert await line.closed() == 4401


async def test_page_of_another_site_is_turned_away(place, settings) -> None:
    settings.ALLOWED_HOSTS = ["school.example"]
    line = Line(address(place))
    line.scope["headers"] = [(b"origin", b"https://evil.example")]
    line.application = only_from_our_pages(socket_routes())
    await line.send_input({"type": "websocket.connect"})
    assert (await line.receive_output(5))["type"] == "websocket.close"


async def test_same_page_takes_its_place_back(place) -> None:
    connection = str(uuid.uuid4())
    first = await enter(place, connection=connection)
    second = await enter(place, connection=connection)
    assert await first.closed() == 4409
    assert (await second.heard("numbers"))["viewers"] == 1
    # Somebody else's page cannot: a connection is one's own.
    third = await enter(place, 2, connection=connection)
    assert (await third.heard("numbers"))["viewers"] == 2
    await all_leave(second, third)


async def test_too_many_devices_close_the_oldest(place, settings) -> None:
    settings.LIVE_PERSON_SOCKETS = 2
    lines_ = [await enter(place) for _ in range(3)]
    assert await lines_[0].closed() == 4429
    await all_leave(*lines_[1:])


async def test_full_room_asks_to_come_back(place, settings) -> None:
    settings.LIVE_ROOM_SOCKETS = 1
    first, second = await enter(place, 1), await enter(place, 2)
    assert (await second.heard("no"))["code"] == "full"
    assert await second.closed() == 4503
    await first.leave()


async def test_who_cannot_hear_what_was_missed_is_told_to_come_again(place, monkeypatch) -> None:
    async def away(*_asked):
        raise OperationalError

    monkeypatch.setattr(consumer, "_kept_since", away)
    line = await enter(place)
    await line.say("hello", since=3)
    assert (await line.heard("no"))["code"] == "busy"
    assert await line.closed() == consumer.TRY_AGAIN
