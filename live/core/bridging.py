"""Declared outages: the room was down from one moment to another, and whoever was there before counts as there.

The rule, and all of it:

* There until then: present at some moment of the `NEAR_S` before the outage, or at its beginning.
* Back afterwards: present at some moment from the outage's end to `NEAR_S` after it; or the lesson ended within the
  outage or that time, so that there was nothing to come back to.
* Both hold: from the last moment of presence before to the first one after (or the lesson's end) counts as attended.
  Either fails: nothing is added. Whoever joined only afterwards was not put out by it.
* Sign-ins that were asked within the outage, and those whose window was open when it began, were asked of nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from live.core.presence import Event, Lesson, Prompt, Rule, Span, Verdict, attended, settle, verdict

NEAR_S = Fraction(120)


@dataclass(frozen=True, slots=True)
class Outage:
    """From when to when, in the lesson's seconds."""

    start: Fraction
    end: Fraction


def settle_bridged(
    lesson: Lesson,
    rule: Rule,
    prompts: Sequence[Prompt],
    events: Iterable[Event],
    outages: Sequence[Outage],
) -> tuple[Verdict, tuple[Span, ...]]:
    """The verdict with the outages bridged, and what was bridged."""
    fair = [one for one in prompts if not any(_spoilt(one, outage) for outage in outages)]
    plain = settle(lesson=lesson, rule=rule, prompts=fair, events=events)
    added = bridges(plain.stretches, lesson, outages)
    if not added:
        return plain, ()
    whole = attended([*plain.stretches, *added], lesson)
    return verdict(lesson, rule, whole, plain.asked, plain.answered), added


def bridges(
    stretches: Sequence[Span], lesson: Lesson, outages: Iterable[Outage]
) -> tuple[Span, ...]:
    """What the outages add to sorted stretches that are apart from each other."""
    found: list[Span] = []
    for outage in sorted(outages, key=lambda one: (one.start, one.end)):
        known = attended([*stretches, *found], lesson)
        before = [end for start, end in known if start <= outage.start]
        if not before or before[-1] < outage.start - NEAR_S or before[-1] >= outage.end:
            continue
        after = [start for start, end in known if start > before[-1] and end >= outage.end]
        if after and after[0] <= outage.end + NEAR_S:
            found.append((before[-1], after[0]))
        elif outage.end + NEAR_S >= lesson.end:
            found.append((before[-1], lesson.end))
    return tuple(found)


def _spoilt(prompt: Prompt, outage: Outage) -> bool:
    return prompt.at <= outage.end and prompt.at + prompt.window >= outage.start
