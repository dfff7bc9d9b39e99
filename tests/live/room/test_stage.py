"""The stage's signalling over the room's socket: between one host and one person, with their consent."""

import time

from live.enums import RoomRole
from tests.live.room.conftest import all_leave, enter

HOST, GUEST, OTHER = 1, 2, 3


async def invited(host, guest) -> str:
    await host.say("stage.invite", person=GUEST)
    asked = await guest.heard("stage.invited")
    assert asked["name"] == "老师1"
    return asked["invitation"]


async def test_invited_consents_and_the_two_hear_each_other(place) -> None:
    host = await enter(place, HOST, RoomRole.HOST)
    guest, other = await enter(place, GUEST), await enter(place, OTHER)
    await guest.say("stage.accept", invitation=await invited(host, guest), comes=True)
    coming, seat = await host.heard("stage.coming"), await guest.heard("stage.seat")
    assert (coming["person"], coming["seat"]) == (GUEST, seat["seat"])
    signal = {"seat": seat["seat"], "number": 1, "part": 0, "parts": 1, "text": "v=0"}
    await guest.say("stage.signal", **signal)
    assert (await host.heard("stage.signal"))["text"] == "v=0"
    await host.say("stage.signal", **signal | {"text": "answer"})
    assert (await guest.heard("stage.signal"))["text"] == "answer"
    # Whoever else has got hold of the slip is neither of the two.
    await other.say("stage.signal", **signal)
    assert (await other.heard("no"))["code"] == "not-seated"
    await host.say("stage.leave", seat=seat["seat"])
    assert (await guest.heard("stage.over"))["seat"] == seat["seat"]
    await all_leave(host, guest, other)


async def test_relay_is_told_to_the_two_when_they_need_it(place, settings) -> None:
    settings.LIVE_ICE_URLS, settings.LIVE_TURN_SECRET = ["turn:a.example"], "shared"
    host = await enter(place, HOST, RoomRole.HOST)
    guest = await enter(place, GUEST)
    await guest.say("stage.accept", invitation=await invited(host, guest), comes=True)
    for line, kind, person in ((host, "stage.coming", HOST), (guest, "stage.seat", GUEST)):
        [relay] = (await line.heard(kind))["ice"]
        until, _, whom = relay["username"].partition(":")
        assert (relay["urls"], whom) == (["turn:a.example"], str(person))
        assert 0 < int(until) - time.time() <= 6 * 3600
        assert relay["credential"]
    await all_leave(host, guest)


async def test_who_says_no_is_not_seated(place) -> None:
    host, guest = await enter(place, HOST, RoomRole.HOST), await enter(place, GUEST)
    await guest.say("stage.accept", invitation=await invited(host, guest), comes=False)
    assert (await host.heard("stage.declined"))["person"] == GUEST
    await all_leave(host, guest)


async def test_only_hosts_invite_and_only_who_was_asked_comes(place) -> None:
    host, guest = await enter(place, HOST, RoomRole.HOST), await enter(place, GUEST)
    assistant, other = await enter(place, 4, RoomRole.ASSISTANT), await enter(place, OTHER)
    for nobody in (guest, assistant):
        await nobody.say("stage.invite", person=OTHER)
        assert (await nobody.heard("no"))["code"] == "not-allowed"
    await host.say("stage.invite", person=HOST)
    assert (await host.heard("no"))["code"] == "yourself"
    slip = await invited(host, guest)
    for lie in (slip, "forged", slip[:-1] + "x"):
        await other.say("stage.accept", invitation=lie, comes=True)
        assert (await other.heard("no"))["code"] == "invitation-over"
    # An invitation is no seat.
    await guest.say("stage.signal", seat=slip, number=1, part=0, parts=1, text="x")
    assert (await guest.heard("no"))["code"] == "not-seated"
    await guest.say("stage.signal", seat=slip, number=1, part=9, parts=2, text="x")
    assert (await guest.heard("no"))["code"] == "malformed"
    await all_leave(host, guest, assistant, other)


async def test_an_assistant_asks_the_studio_to_bring_somebody_on_stage(place) -> None:
    host, assistant = (
        await enter(place, HOST, RoomRole.HOST),
        await enter(place, 4, RoomRole.ASSISTANT),
    )
    guest = await enter(place, GUEST)
    await assistant.say("stage.suggest", person=GUEST)
    asked = await host.heard("stage.suggested")
    assert (asked["person"], asked["name"]) == (GUEST, "老师4")
    await guest.say("stage.suggest", person=GUEST)
    assert (await guest.heard("no"))["code"] == "not-allowed"
    await all_leave(host, assistant, guest)
