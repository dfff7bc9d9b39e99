"""Watching: what a player reports becomes coverage, and coverage becomes evidence, in one transaction."""

import datetime
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from http import HTTPStatus
from math import floor
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.api import credit
from lms.api.database import in_one_trip
from lms.api.people import Person
from media.core import watch
from media.domain import counting, rows
from media.domain.claims import Claim
from media.domain.errors import Problem
from media.domain.oddities import oddities
from media.models.assets import Asset
from media.models.watching import Coverage, WatchReport

EVIDENCE_KIND = "media.watched"
#: Counts as watched where no training says how much is needed.
USUAL_MINIMUM = Decimal("0.9")

_MILLIONTH = Decimal("0.000001")
_LARGEST_RATE = Fraction(999)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a claim, and where the person now stands with the video."""

    coverage: Coverage
    accepted: Fraction
    flags: tuple[str, ...]

    @property
    def fraction(self) -> Decimal:
        """Covered share of the video, rounded down."""
        return share_of(self.coverage)

    @property
    def is_complete(self) -> bool:
        """Whether it is as much as the person's trainings ask."""
        return self.fraction >= needed_of(self.coverage)


def open_player(*, person: Person, asset: Asset, at: datetime.datetime) -> Coverage:
    """What the person has of the video, as the player opens: starts their clock, learns what their trainings ask for.

    Records evidence for what was watched already, should a training that was joined since ask for it.
    """
    with transaction.atomic():
        credit.lock_clock(person=person, at=at, opening_us=counting.OPENING_US)
        coverage, _created = Coverage.objects.get_or_create(
            person=person, asset=asset, defaults={"first_at": at}
        )
        coverage.asset, coverage.person = asset, person
        wanted = list(credit.minima_for(person=person, kind=EVIDENCE_KIND, subject=asset.subject))
        if wanted != coverage.wanted:
            coverage.wanted = wanted
            coverage.save(update_fields=["wanted"])
        _record_reached(coverage, at=at)
    return coverage


def accept(
    *, person: Person, asset_id: uuid.UUID, claim: Claim, at: datetime.datetime, device: str
) -> Taken:
    """Take one report, durably when this returns. Raises Problem where the video cannot be watched."""
    with transaction.atomic():
        row, coverage, seen = _locked(person, asset_id, claim, at)
        counted = counting.count(
            claim,
            clock=row,
            duration_ms=coverage.asset.duration_ms,
            spans=coverage.spans,
            wall=coverage.wall,
            seen=seen,
            at=at,
        )
        outcome = counted.outcome
        if not counted.is_duplicate:
            report = _report(coverage, claim, counted, at, device)
            if outcome.accepted:
                _cover(coverage, claim, counted, at)
                credit.save_clock(
                    row,
                    balance_us=counted.balance_us,
                    last_at=max(at, row.last_at),
                    then=[rows.insert(report), rows.update(coverage)],
                )
                _record_reached(coverage, at=at)
            else:
                in_one_trip(rows.insert(report))
    return Taken(coverage=coverage, accepted=outcome.seconds, flags=tuple(outcome.flags))


def share_of(coverage: Coverage) -> Decimal:
    """Covered share of the video to the millionth, rounded down."""
    duration_ms = coverage.asset.duration_ms
    if not duration_ms:
        return Decimal(0)
    share = min(Decimal(1), Decimal(coverage.covered_ms) / duration_ms)
    return share.quantize(_MILLIONTH, rounding=ROUND_DOWN)


def needed_of(coverage: Coverage) -> Decimal:
    """The share that all the person's trainings are content with."""
    return max(coverage.wanted, default=USUAL_MINIMUM)


def _locked(
    person: Person, asset_id: uuid.UUID, claim: Claim, at: datetime.datetime
) -> tuple[credit.PersonClock, Coverage, bool]:
    """The person's clock, their coverage with its video, and whether the report was seen before."""
    ask = rows.find(person=person, asset_id=asset_id, session=claim.session, seq=claim.seq)
    # Lock before reading: two tabs report in the same second.
    clock, (answer,) = credit.lock_clock(
        person=person, at=at, opening_us=counting.OPENING_US, then=[ask]
    )
    found = rows.found(answer, person=person, asset_id=asset_id)
    if found is None:
        open_player(person=person, asset=_playable(asset_id), at=at)
        return _locked(person, asset_id, claim, at)
    return clock, *found


def _playable(asset_id: uuid.UUID) -> Asset:
    asset = Asset.objects.filter(pk=asset_id).first()
    if asset is None or not asset.is_ready:
        raise Problem(
            "not-playable",
            gettext_lazy("This video cannot be played now. Nothing was counted."),
            HTTPStatus.CONFLICT,
        )
    return asset


def _report(
    coverage: Coverage,
    claim: Claim,
    counted: counting.Counted,
    at: datetime.datetime,
    device: str,
) -> WatchReport:
    duration = Fraction(coverage.asset.duration_ms, 1000)
    stretches = counted.stretches
    return WatchReport(
        person_id=coverage.person_id,
        asset_id=coverage.asset_id,
        session=claim.session,
        seq=claim.seq,
        at=at,
        rate=Decimal(floor(min(claim.rate, _LARGEST_RATE) * 1000)) / 1000,
        claimed=counting.in_ms(watch.claims(claim.played, duration)),
        accepted=counting.in_ms(counted.outcome.accepted),
        flags=[str(flag) for flag in counted.outcome.flags],
        wall_from=counting.moment(stretches[0][0]) if stretches else None,
        device=device,
    )


def _cover(
    coverage: Coverage, claim: Claim, counted: counting.Counted, at: datetime.datetime
) -> None:
    coverage.spans = counted.spans
    coverage.covered_ms = sum(end - start for start, end in coverage.spans)
    coverage.position_ms = min(floor(claim.position * 1000), coverage.asset.duration_ms)
    coverage.wall = counted.wall
    coverage.last_at = at


def _record_reached(coverage: Coverage, *, at: datetime.datetime) -> None:
    """Evidence for the largest share asked for that is reached and not yet recorded; settles what it completes."""
    share = share_of(coverage)
    reached = max(
        (one for one in coverage.wanted if coverage.evidenced < one <= share), default=None
    )
    if reached is None:
        return
    asset, person = coverage.asset, coverage.person
    reports = WatchReport.objects.filter(person=person, asset=asset).order_by("at", "pk")
    told = list(reports.only("session", "device", "at", "flags"))
    credit.record_evidence(
        person=person,
        kind=EVIDENCE_KIND,
        subject=asset.subject,
        source_key=f"{EVIDENCE_KIND}:{asset.public_id}:{person.public_id}:{reached.normalize():f}",
        amount=share,
        spans=coverage.spans,
        wall=[(counting.moment(start), counting.moment(end)) for start, end in coverage.wall],
        facts=_facts(coverage, share, told),
        detail=_detail(told),
        flags=oddities(told),
        at=at,
    )
    coverage.evidenced = reached
    coverage.save(update_fields=["evidenced"])


def _facts(coverage: Coverage, share: Decimal, reports: Sequence[WatchReport]) -> dict[str, Any]:
    """What evidence says by itself, without this plugin. No floats: facts are part of a digest."""
    asset = coverage.asset
    flags = Counter(flag for report in reports for flag in report.flags)
    words = _("Watched %(covered)s of %(duration)s (%(percent)d%%) of the video “%(title)s”")
    return {
        "title": asset.title,
        "duration_ms": asset.duration_ms,
        "covered_ms": coverage.covered_ms,
        "position_ms": coverage.position_ms,
        "reports": len(reports),
        "flags": dict(flags),
        "words": words
        % {
            "covered": clock_words(coverage.covered_ms),
            "duration": clock_words(asset.duration_ms),
            "percent": int(share * 100),
            "title": asset.title,
        },
    }


def _detail(reports: Sequence[WatchReport]) -> dict[str, Any]:
    """On which devices, the most used first, and in which sessions of the player, with the server's times."""
    devices = Counter(report.device for report in reports if report.device)
    sessions: dict[str, dict[str, Any]] = {}
    for report in reports:
        at = report.at.isoformat()
        session = sessions.setdefault(
            report.session, {"session": report.session, "device": report.device, "from": at, "reports": 0}
        )  # fmt: skip
        session["reports"] += 1
        session["to"] = at
    return {
        "devices": [device for device, _count in devices.most_common()],
        "sessions": list(sessions.values()),
    }


def clock_words(milliseconds: int) -> str:
    """21:40; fractions of a second are cut."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02d}"
