"""The stage: a host invites, a person consents, two browsers connect. Nothing is kept; pictures go past the server."""

import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from live.acts import ACTS, EVERYBODY, Act, Answer, Caller
from live.core import ice
from live.domain.errors import Refused
from live.enums import RoomRole
from live.frames import stage as frames
from live.room import seats
from live.room.seats import INVITATION, SEAT, Pair


def _invite(caller: Caller, frame: frames.Invite, at: datetime.datetime) -> Answer:
    if frame.person == caller.person_id:
        raise Refused("yourself", _("You are on stage already."))
    pair = Pair(caller.person_id, frame.person)
    slip = seats.issue(INVITATION, caller.lesson_id, pair, at)
    asked = {"type": "stage.invited", "invitation": slip, "name": caller.name}
    return Answer(to_persons={frame.person: [asked]})


def _suggest(caller: Caller, frame: frames.Suggest, _at: datetime.datetime) -> Answer:
    """Which of the hosts' studios sends, they know themselves: that one does as if its own button were pressed."""
    asked = {"type": "stage.suggested", "person": frame.person, "name": caller.name}
    return Answer(to_hosts=[asked])


def _accept(caller: Caller, frame: frames.Accept, at: datetime.datetime) -> Answer:
    pair = seats.opened(INVITATION, frame.invitation, caller.lesson_id, at)
    if pair is None or pair.guest_id != caller.person_id:
        raise Refused("invitation-over", _("This invitation is over. Raise your hand again."))
    told = {"person": caller.person_id, "name": caller.name}
    if not frame.comes:
        return Answer(to_persons={pair.host_id: [{"type": "stage.declined", **told}]})
    seat = {"seat": seats.issue(SEAT, caller.lesson_id, pair, at)}
    coming = {"type": "stage.coming", "ice": _ice(pair.host_id, at), **seat, **told}
    seated = {"type": "stage.seat", "ice": _ice(pair.guest_id, at), **seat}
    return Answer(to_persons={pair.host_id: [coming]}, to_self=[seated])


def _ice(person_id: int, at: datetime.datetime) -> list[dict[str, Any]]:
    """What relays ask for is told to these two, when they need it: pages stay open for longer than it is good."""
    return ice.servers(settings.LIVE_ICE_URLS, settings.LIVE_TURN_SECRET, at, whom=person_id)


def _signal(caller: Caller, frame: frames.Signal, at: datetime.datetime) -> Answer:
    if not 0 <= frame.part < frame.parts <= frames.MOST_PARTS:
        raise Refused("malformed", _("This message cannot be read. Reload the page."))
    said = {"number": frame.number, "part": frame.part, "parts": frame.parts, "text": frame.text}
    return _to_other(caller, frame.seat, {"type": "stage.signal", **said}, at)


def _leave(caller: Caller, frame: frames.Leave, at: datetime.datetime) -> Answer:
    return _to_other(caller, frame.seat, {"type": "stage.over"}, at)


def _to_other(caller: Caller, seat: str, message: dict[str, Any], at: datetime.datetime) -> Answer:
    pair = seats.opened(SEAT, seat, caller.lesson_id, at)
    other = None if pair is None else pair.other(caller.person_id)
    if other is None:
        raise Refused("not-seated", _("You are not on stage."))
    return Answer(to_persons={other: [message | {"seat": seat, "person": caller.person_id}]})


ACTS.update(
    {
        frames.Invite: Act(_invite, frozenset({RoomRole.HOST}), per_minute=20, durable=False),
        frames.Suggest: Act(
            _suggest, frozenset({RoomRole.ASSISTANT}), per_minute=20, durable=False
        ),
        frames.Accept: Act(_accept, EVERYBODY, per_minute=20, durable=False),
        frames.Signal: Act(_signal, EVERYBODY, per_minute=240, durable=False),
        frames.Leave: Act(_leave, EVERYBODY, per_minute=20, durable=False),
    }
)
