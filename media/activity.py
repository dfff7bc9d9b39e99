"""The activity of watching a video, as courses show it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Any, cast
from uuid import uuid4

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.api.hooks import Activity, ActivityFacts, Progress, StepPlace
from lms.api.people import Person
from media import queries
from media.domain import counting, playback, watching
from media.models.assets import SUBJECT_PREFIX, Asset
from media.models.watching import Coverage


def describe(refs: Sequence[str]) -> Mapping[str, ActivityFacts]:
    """Title, length and state of videos; a removed one says so."""
    found = queries.assets_by_ref(refs)
    return {ref: _facts(ref, found.get(ref)) for ref in refs}


def _facts(ref: str, asset: Asset | None) -> ActivityFacts:
    subject = f"{SUBJECT_PREFIX}{ref}"
    if asset is None:
        return ActivityFacts(
            title=_("Video"),
            subject=subject,
            duration_s=None,
            ready=False,
            problem=_("This video is no longer here. Choose another one."),
        )
    return ActivityFacts(
        title=asset.title,
        subject=subject,
        duration_s=asset.duration_ms // 1000 or None,
        ready=asset.is_ready,
        problem=problem_of(asset),
    )


def problem_of(asset: Asset) -> str:
    """Why the video cannot be played now; empty when it can."""
    if asset.is_ready:
        return ""
    if asset.refusal:
        return f"{asset.refusal_words} {asset.way_out}"
    return _("This video is still being prepared. It can be watched in a few minutes.")


def present(request: HttpRequest, ref: str, place: StepPlace) -> Activity:
    """The player with what the person has watched; the caller has asked whether they may."""
    asset = queries.assets_by_ref([ref]).get(ref)
    if asset is None:
        raise Http404
    if not asset.is_ready:
        return Activity(template="media/not_ready.html", context={"problem": problem_of(asset)})
    person = cast("Person", request.user)
    coverage = watching.open_player(person=person, asset=asset, at=timezone.now())
    player = player_context(asset, coverage, place)
    return Activity(template="media/player.html", context={"player": player}, brings_head=True)


def player_context(asset: Asset, coverage: Coverage, place: StepPlace) -> dict[str, Any]:
    """What the player's template needs, as `player`."""
    play = playback.playback_for(asset, at=timezone.now())
    minimum = place.minimum
    covered_s = [[start / 1000, end / 1000] for start, end in coverage.spans]
    # Up to the whole second: whoever has seen what is written here has seen enough.
    needed_s = min(ceil(asset.duration_ms * minimum / 1000), asset.duration_ms // 1000)
    return {
        "asset": asset,
        "coverage": coverage,
        "place": place,
        "covered_s": covered_s,
        "covered_words": watching.clock_words(coverage.covered_ms),
        "needed_words": watching.clock_words(needed_s * 1000),
        "duration_words": watching.clock_words(asset.duration_ms),
        "minimum_percent": int(minimum * 100),
        "poster_url": play.poster_url,
        "data": {
            "asset": str(asset.public_id),
            "person": str(coverage.person.public_id),
            "source": play.master_url,
            "report": playback.report_url(asset, coverage.person, at=timezone.now()),
            "links": reverse("media:links", args=[asset.public_id]),
            "session": uuid4().hex,
            "duration": asset.duration_ms / 1000,
            "covered": covered_s,
            "position": coverage.position_ms / 1000,
            "minimum": float(minimum),
            "positionAt": int(coverage.last_at.timestamp() * 1000) if coverage.last_at else 0,
            "maxRate": float(counting.MAX_RATE),
            "words": player_words(),
        },
    }


def player_words() -> dict[str, str]:
    """Sentences for the player's script; what stands in braces is filled in there."""
    return {
        "play": _("Play, key K"),
        "pause": _("Pause, key K"),
        "mute": _("Mute, key M"),
        "unmute": _("Sound on, key M"),
        "auto": _("Auto"),
        "bar": _("{duration} long, {covered} watched: {spans}"),
        "barEmpty": _("{duration} long, nothing watched yet"),
        "to": _("{from} to {to}"),
        "comma": _(", "),
        "and": _(" and "),
        "left": _("Another {time} and this part is done."),
        "done": _("This part is done: enough has been watched."),
        "gaps": _("Not watched after {places}."),
        "saved": _("Saved up to {time}"),
        "notYet": _("Counts while it plays"),
        "offline": _("Not saved for {seconds} s: kept on this device, still counting"),
        "stopped": _("Counting has stopped"),
        "offlineNotice": _(
            "For {seconds} s nothing could be saved: no connection, or the site is away for a moment. What you watched "
            "is kept on this device and sent by itself. Within 90 s nothing is lost."
        ),
        "stoppedNotice": _(
            "No connection for more than 90 s: nothing counts from {time} on. The {covered} before are safe. "
            "When the line is back, counting goes on from wherever you are."
        ),
        "refused": _("This could not be counted: {message}"),
        "broken": _(
            "The video cannot be loaded now. What you watched is kept. Try again in a moment."
        ),
        "tooFast": _("Some of it was not counted: it came faster than it can be watched."),
    }


def progress(person: Person, refs: Sequence[str]) -> Mapping[str, Progress]:
    """How much of each video somebody has watched."""
    found = queries.coverages_of(person, refs)
    return {ref: _progress(found.get(ref)) for ref in refs}


def _progress(coverage: Coverage | None) -> Progress:
    if coverage is None or not coverage.covered_ms:
        return Progress(fraction=Decimal(0), done=False, words=_("Not watched yet"))
    share = watching.share_of(coverage)
    words = _("Watched %(covered)s of %(duration)s") % {
        "covered": watching.clock_words(coverage.covered_ms),
        "duration": watching.clock_words(coverage.asset.duration_ms),
    }
    return Progress(
        fraction=share,
        done=share >= watching.needed_of(coverage),
        words=words,
        position_s=coverage.position_ms // 1000,
    )
