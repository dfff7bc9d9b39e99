"""`manage.py watch_scenario`: what the server would accept of a list of reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.api import scenarios
from lms.api.scenarios import Malformed, ScenarioCommand, rounded
from media.core.watch import Clock, Coverage, Outcome, Report, Video, accept, is_complete


@dataclass(frozen=True, slots=True)
class Numbered:
    """A report with what tells it from the others, and the name of its video."""

    session: str
    seq: int
    video: str
    report: Report


class Command(ScenarioCommand):
    """Replays the reports of one teacher's players."""

    help = "Replay the reports of one teacher's video players, as the server would take them."

    def evaluate(self, scenario: Any) -> Mapping[str, Any]:
        """What each report brought, and what of each video is covered."""
        return evaluate(scenario)


def _share(value: Any) -> Fraction:
    share = scenarios.positive(value)
    if share > 1:
        raise Malformed("must not be above 1")
    return share


_video = scenarios.record(
    {"duration": scenarios.positive, "max_rate": scenarios.positive, "complete_at": _share},
    build=lambda fields: Video(**fields),
)

_report = scenarios.record(
    {
        "session": scenarios.text,
        "seq": scenarios.counter,
        "video": scenarios.text,
        "at": scenarios.not_negative,
        "played": scenarios.list_of(scenarios.span_of(scenarios.number)),
        "rate": scenarios.positive,
    },
    build=lambda fields: Numbered(
        fields["session"],
        fields["seq"],
        fields["video"],
        Report(fields["at"], fields["rate"], fields["played"]),
    ),
)


_list_of_reports = scenarios.list_of(_report)


def _reports(value: Any) -> list[Numbered]:
    reports = _list_of_reports(value)
    scenarios.check_rising([numbered.report.at for numbered in reports], "at")
    return reports


def _checked(fields: dict[str, Any]) -> tuple[dict[str, Video], list[Numbered]]:
    videos, reports = fields["videos"], fields["reports"]
    for index, numbered in enumerate(reports):
        if numbered.video not in videos:
            unknown = f"unknown video {scenarios.shown(numbered.video)}"
            raise Malformed(unknown, "reports", index, "video")
    return videos, reports


_scenario = scenarios.record(
    {"videos": scenarios.mapping_of(_video), "reports": _reports},
    build=_checked,
)


def evaluate(scenario: Any) -> Mapping[str, Any]:
    """The result of one scenario; raises `Malformed`."""
    videos, reports = _scenario(scenario)
    clock = Clock.opened()
    coverage = dict.fromkeys(videos, Coverage())
    seen: set[tuple[str, int]] = set()
    lines = []
    for numbered in reports:
        key = numbered.session, numbered.seq
        outcome = accept(
            numbered.report,
            video=videos[numbered.video],
            clock=clock,
            coverage=coverage[numbered.video],
            seen=key in seen,
        )
        seen.add(key)
        clock, coverage[numbered.video] = outcome.clock, outcome.coverage
        lines.append(_line(numbered, outcome))
    watched = {name: _watched(coverage[name], video) for name, video in videos.items()}
    return {"videos": watched, "reports": lines}


def _line(numbered: Numbered, outcome: Outcome) -> Mapping[str, Any]:
    return {
        "session": numbered.session,
        "seq": numbered.seq,
        "accepted": rounded(outcome.seconds),
        "flags": list(outcome.flags),
    }


def _watched(coverage: Coverage, video: Video) -> Mapping[str, Any]:
    return {
        "seconds": rounded(coverage.seconds),
        "fraction": rounded(coverage.seconds / video.duration),
        "complete": is_complete(coverage, video),
        "covered": [[rounded(start), rounded(end)] for start, end in coverage.spans],
    }
