"""`manage.py attendance_scenario`: what a lesson would come to for one teacher."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from live.core.presence import Event, EventKind, Lesson, Prompt, Rule, settle
from lms.api import scenarios
from lms.api.scenarios import Malformed, ScenarioCommand, rounded


class Command(ScenarioCommand):
    """Replays one teacher's presence in one live lesson."""

    help = (
        "Replay one teacher's presence in a live lesson and judge it, as settling the lesson would."
    )

    def evaluate(self, scenario: Any) -> Mapping[str, Any]:
        """The stretches and the verdict."""
        return evaluate(scenario)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What `settle` takes."""

    lesson: Lesson
    rule: Rule
    prompts: list[Prompt]
    events: list[Event]


def _share(value: Any) -> Fraction:
    share = scenarios.not_negative(value)
    if share > 1:
        raise Malformed("must not be above 1")
    return share


def _lesson_of(fields: dict[str, Any]) -> Lesson:
    lesson = Lesson(**fields)
    if lesson.end <= lesson.start:
        raise Malformed("must lie after the start", "end")
    return lesson


def _event_of(fields: dict[str, Any]) -> Event:
    event = Event(fields["at"], fields["connection"], fields["event"], fields["prompt"])
    if event.kind is EventKind.ANSWER and event.prompt is None:
        raise Malformed("missing", "prompt")
    if event.kind is not EventKind.ANSWER and event.prompt is not None:
        raise Malformed("only an answer has one", "prompt")
    return event


_lesson = scenarios.record({"start": scenarios.number, "end": scenarios.number}, build=_lesson_of)

_rule = scenarios.record(
    {
        "grace": scenarios.positive,
        "attend_at": _share,
        "answer_at": _share,
        "join_by": scenarios.not_negative,
    },
    build=lambda fields: Rule(**fields),
)

_prompt = scenarios.record(
    {"id": scenarios.text, "at": scenarios.number, "window": scenarios.not_negative},
    build=lambda fields: Prompt(**fields),
)

_event = scenarios.record(
    {
        "at": scenarios.number,
        "connection": scenarios.text,
        "event": scenarios.one_of("event", EventKind),
    },
    {"prompt": (scenarios.text, None)},
    build=_event_of,
)

_list_of_prompts = scenarios.list_of(_prompt)
_list_of_events = scenarios.list_of(_event)


def _prompts(value: Any) -> list[Prompt]:
    prompts = _list_of_prompts(value)
    scenarios.check_distinct((prompt.id for prompt in prompts), "id")
    return prompts


def _events(value: Any) -> list[Event]:
    events = _list_of_events(value)
    scenarios.check_rising([event.at for event in events], "at")
    return events


def _checked(fields: dict[str, Any]) -> Scenario:
    scenario = Scenario(**fields)
    known = {prompt.id for prompt in scenario.prompts}
    for index, event in enumerate(scenario.events):
        if event.prompt is not None and event.prompt not in known:
            unknown = f"unknown prompt {scenarios.shown(event.prompt)}"
            raise Malformed(unknown, "events", index, "prompt")
    return scenario


_scenario = scenarios.record(
    {
        "lesson": _lesson,
        "rule": _rule,
        "prompts": _prompts,
        "events": _events,
    },
    build=_checked,
)


def evaluate(scenario: Any) -> Mapping[str, Any]:
    """The result of one scenario; raises `Malformed`."""
    given = _scenario(scenario)
    verdict = settle(
        lesson=given.lesson, rule=given.rule, prompts=given.prompts, events=given.events
    )
    return {
        "attended": rounded(verdict.attended),
        "fraction": rounded(verdict.fraction),
        "late": verdict.late,
        "asked": len(verdict.asked),
        "answered": len(verdict.answered),
        "credited": verdict.credited,
        "stretches": [[rounded(start), rounded(end)] for start, end in verdict.stretches],
    }
