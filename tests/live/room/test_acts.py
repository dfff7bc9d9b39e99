"""What people do in a room, through its socket: who hears of it, who may not, what a late page gets."""

import json
import uuid

import pytest

from live.acts import later
from live.enums import RoomRole
from live.models.room import Message, PromptAnswer, WordList
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory
from tests.live.room.conftest import Line, all_leave, enter
from tests.live.test_studio_socket import in_thread

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def lesson(own_database, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT, settings.LIVE_BUS = tmp_path, "local"
    monkeypatch.setattr(later, "TELL_EVERY_S", 0.05)
    return LessonFactory()


@pytest.fixture
def people(lesson):
    return [PersonFactory(), PersonFactory()]


async def host_of(lesson) -> Line:
    return await enter(lesson, lesson.trainer_id, RoomRole.HOST)


async def refused(line: Line, kind: str, **fields: object) -> str:
    await line.say(kind, ref=1, **fields)
    no = await line.heard("no")
    assert no["message"]
    return no["code"]


async def test_chat_is_heard_reported_removed_and_its_author_muted(lesson, people) -> None:
    one, two, host = [
        await enter(lesson, people[0].pk),
        await enter(lesson, people[1].pk),
        await host_of(lesson),
    ]
    key = str(uuid.uuid4())
    for _ in range(2):
        await one.say("chat.say", key=key, text="笔记跟上了", ref=1)
        await one.heard("done")
    heard = await two.heard("chat")
    assert (heard["text"], heard["key"], heard["role"]) == ("笔记跟上了", key, "learner")
    assert "person" not in heard
    await two.say("chat.report", message=heard["id"])
    looked = await host.heard("looked-after")
    assert [report["text"] for report in looked["reports"]] == ["笔记跟上了"]
    assert await refused(two, "chat.remove", message=heard["id"]) == "not-allowed"
    assert await refused(two, "chat.mute", message=heard["id"]) == "not-allowed"
    await host.say("chat.mute", message=heard["id"])
    assert (await one.heard("muted"))["is_muted"]
    assert await refused(one, "chat.say", key=str(uuid.uuid4()), text="再说") == "muted"
    await host.say("chat.remove", message=heard["id"])
    assert (await two.heard("chat.gone"))["id"] == heard["id"]
    # Who comes in now sees nothing of it; the log has it.
    await two.say("state")
    state = await two.heard("state")
    assert state["chat"] == []
    assert "hosts" not in state
    await host.say("state")
    hosts = (await host.heard("state"))["hosts"]
    assert [muted["person"] for muted in hosts["mutes"]] == [people[0].pk]
    await all_leave(one, two, host)
    assert await in_thread(Message.objects.count) == 1


async def test_filtered_line_is_told_to_its_writer_and_the_hosts_only(lesson, people) -> None:
    def list_word() -> None:
        by = {"changed_by": lesson.trainer, "changed_at": lesson.created_at}
        WordList.objects.create(provider=lesson.provider, words="加微信", **by)

    await in_thread(list_word)
    one, two, host = [
        await enter(lesson, people[0].pk),
        await enter(lesson, people[1].pk),
        await host_of(lesson),
    ]
    await one.say("chat.say", key=str(uuid.uuid4()), text="加 微 信")
    assert (await one.heard("chat.filtered"))["text"] == "加 微 信"
    assert (await host.heard("chat.filtered"))["text"] == "加 微 信"
    await one.say("chat.say", key=str(uuid.uuid4()), text="好的")
    assert (await two.heard("chat"))["text"] == "好的"
    await all_leave(one, two, host)


async def test_question_is_wanted_merged_and_answered(lesson, people) -> None:
    one, two, host = [
        await enter(lesson, people[0].pk),
        await enter(lesson, people[1].pk),
        await host_of(lesson),
    ]
    asked = []
    for line, text in ((one, "要不要签字？"), (two, "谁来签字？")):
        await line.say("qa.ask", key=str(uuid.uuid4()), text=text)
        question = await line.heard("question")
        assert question["state"] == "waiting"
        asked.append(question["id"])
    assert await refused(two, "qa.approve", question=asked[0]) == "not-allowed"
    await host.say("qa.approve", question=asked[0])
    assert (await two.heard("question"))["state"] == "open"
    await host.say("qa.decline", question=asked[0])
    assert (await two.heard("question.gone"))["id"] == asked[0]
    await host.say("qa.approve", question=asked[0])
    assert (await two.heard("question"))["state"] == "open"
    await two.say("qa.vote", question=asked[0])
    assert (await one.heard("votes"))["votes"] == 2
    await host.say("qa.merge", question=asked[1], into=asked[0])
    assert (await two.heard("question"))["id"] == asked[0]
    assert (await two.heard("question"))["into"] == asked[0]
    await host.say("qa.take", question=asked[0])
    while (taken := await one.heard("question"))["state"] != "now":
        pass
    assert taken["media_s"] == 0
    await host.say("qa.write", question=asked[0], text="要，见附表。")
    written = await one.heard("question")
    assert (written["state"], written["answer"], written["votes"]) == (
        "answered",
        "要，见附表。",
        2,
    )
    await all_leave(one, two, host)


async def test_sign_in_and_poll_are_answered_counted_and_shown(lesson, people) -> None:
    one, host = await enter(lesson, people[0].pk), await host_of(lesson)
    sign_in, poll = str(uuid.uuid4()), str(uuid.uuid4())
    assert await refused(one, "signin.ask", key=sign_in, window_s=60) == "not-allowed"
    await host.say("signin.ask", key=sign_in, window_s=60)
    prompt = await one.heard("prompt")
    assert (prompt["kind"], prompt["number"]) == ("sign-in", 1)
    assert prompt["ends"] - prompt["asked"] == 60_000
    key = str(uuid.uuid4())
    for _ in range(2):
        await one.say("prompt.answer", prompt=sign_in, key=key)
        assert (await one.heard("answered"))["id"] == sign_in
    assert (await host.heard("tally"))["answered"] == 1
    assert await refused(one, "signin.who", prompt=sign_in, missing=False) == "not-allowed"
    await host.say("signin.who", prompt=sign_in, missing=False)
    who = await host.heard("signin.who")
    assert (who["counts"]["answered"], [man["name"] for man in who["people"]]) == (
        1,
        [people[0].name],
    )
    asked = {"key": poll, "kind": "multiple", "title": "先做什么？", "right": 0b101, "window_s": 60}
    asked["options"] = "先听\n先说\n先记"
    await host.send_text(json.dumps({"type": "prompt.ask"} | asked))
    prompt = await one.heard("prompt")
    assert (prompt["options"], prompt["results"]) == (["先听", "先说", "先记"], None)
    assert "right" not in prompt
    assert await refused(one, "prompt.answer", prompt=poll, key=key, choice=8) == "bad-choice"
    await one.say("prompt.answer", prompt=poll, key=key, choice=0b101)
    await one.heard("answered")
    await host.say("prompt.show", prompt=poll)
    results = (await one.heard("prompt"))["results"]
    assert (results["counts"], results["right"], results["wholly"]) == ([1, 0, 1], [0, 2], 1)
    assert await refused(one, "prompt.answer", prompt=str(uuid.uuid4()), key=key) == "gone"
    await one.say("state")
    assert (await one.heard("state"))["own"]["answers"] == {sign_in: [], poll: [0, 2]}
    await all_leave(one, host)
    assert await in_thread(PromptAnswer.objects.count) == 2


async def test_hands_settings_countdown_reactions_and_own_time(lesson, people) -> None:
    one, host = await enter(lesson, people[0].pk), await host_of(lesson)
    await one.say("hand.raise")
    [hand] = (await host.heard("hands"))["hands"]
    assert hand["person"] == people[0].pk
    assert await refused(one, "hand.lower", person=people[1].pk) == "not-allowed"
    await host.say("hand.call", person=people[0].pk)
    assert (await one.heard("hand"))["called"]
    await host.say("hand.lower", person=people[0].pk)
    assert not (await one.heard("hand"))["up"]
    await host.say("room.slow", seconds=30)
    assert (await one.heard("settings"))["slow_s"] == 30
    await host.say("room.gate", is_on=False)
    assert not (await one.heard("settings"))["approve_first"]
    await host.say("room.countdown", seconds=300, words="中场休息")
    assert (await one.heard("countdown"))["words"] == "中场休息"
    await host.say("signin.random", count=2)
    assert (await host.heard("random"))["count"] == 2
    assert await refused(one, "signin.random", count=0) == "not-allowed"
    for kind in ("like", "clap", "like"):
        await one.send_text(json.dumps({"type": "react", "kind": kind}))
    counts = {}
    while sum(counts.values()) < 3:
        for kind, count in (await host.heard("reactions"))["counts"].items():
            counts[kind] = counts.get(kind, 0) + count
    assert counts == {"like": 2, "clap": 1}
    await one.say("taste", barrage=False, reactions=True, ref=9)
    await one.heard("done")
    await one.say("mine")
    assert (await one.heard("mine"))["attended_s"] == 0
    await all_leave(one, host)


async def test_page_that_was_away_hears_what_it_missed(lesson, people) -> None:
    one, host = await enter(lesson, people[0].pk), await host_of(lesson)
    await one.say("state")
    seq = (await one.heard("state"))["seq"]
    await one.leave()
    await host.say("chat.say", key=str(uuid.uuid4()), text="第二句写下来", ref=1)
    await host.heard("done")
    again = await enter(lesson, people[0].pk)
    await again.say("hello", since=seq)
    assert (await again.heard("chat"))["text"] == "第二句写下来"
    await all_leave(again, host)
