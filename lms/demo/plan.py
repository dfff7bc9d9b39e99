"""The demo's plan as data: what plan.toml says, typed, with ids that are the same at every load."""

import tomllib
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.qinghe.example")


def stable_id(*parts: str) -> uuid.UUID:
    """The public id of a demo object: the same at every load, so that loading twice makes nothing twice."""
    return uuid.uuid5(NAMESPACE, "/".join(parts))


@dataclass(frozen=True)
class Clip:
    """A film of titled slides, about 30 s."""

    key: str
    title: str
    slides: tuple[str, ...]

    @property
    def public_id(self) -> uuid.UUID:
        """The asset's public id."""
        return stable_id("clip", self.key)


@dataclass(frozen=True)
class Question:
    """`kind` is single, multiple or true_false; `right` has the indexes of the right options (true is 0)."""

    clip: str
    kind: str
    text: str
    right: tuple[int, ...]
    explanation: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """A course of the catalogue: its clips as video modules, then one quiz about the first clip."""

    key: str
    provider: str
    month: int
    title: str
    summary: str
    required: bool
    audience: tuple[str, ...]
    themes: tuple[str, ...]
    hours: str
    offscreen_minutes: int
    clips: tuple[str, ...]

    @property
    def public_id(self) -> uuid.UUID:
        """The course's public id."""
        return stable_id("course", self.key)

    @property
    def paper_id(self) -> uuid.UUID:
        """The public id of its quiz's paper."""
        return stable_id("paper", self.key)


@dataclass(frozen=True)
class Lesson:
    """A live lesson and the course that holds it: given some days ago (`days` below 0) of a clip, or to come."""

    key: str
    provider: str
    title: str
    summary: str
    days: int
    minutes: int
    hours: str
    offscreen_minutes: int
    themes: tuple[str, ...]
    clip: str = ""

    @property
    def public_id(self) -> uuid.UUID:
        """The lesson's public id."""
        return stable_id("lesson", self.key)

    @property
    def course_id(self) -> uuid.UUID:
        """The public id of its course."""
        return stable_id("course", f"live-{self.key}")


@dataclass(frozen=True)
class Provider:
    """A training provider and its accreditation by the bureau."""

    slug: str
    name: str
    accredited: tuple[date, date]


@dataclass(frozen=True)
class District:
    """A district and its schools' names."""

    name: str
    schools: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All of it."""

    bureau: str
    districts: tuple[District, ...]
    providers: tuple[Provider, ...]
    clips: tuple[Clip, ...]
    questions: tuple[Question, ...]
    courses: tuple[Course, ...]
    lessons: tuple[Lesson, ...] = ()

    def questions_on(self, clip: str) -> list[Question]:
        """The questions about one clip."""
        return [one for one in self.questions if one.clip == clip]


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def load_plan() -> Plan:
    """Read plan.toml."""
    raw = tomllib.loads((Path(__file__).parent / "plan.toml").read_text())
    kinds = {
        "districts": District,
        "providers": Provider,
        "clips": Clip,
        "questions": Question,
        "courses": Course,
        "lessons": Lesson,
    }
    for provider in raw["providers"]:
        provider["accredited"] = [date.fromisoformat(day) for day in provider["accredited"]]
    lists: dict[str, Any] = {
        name: tuple(kind(**_tuples(row)) for row in raw[name]) for name, kind in kinds.items()
    }
    return Plan(bureau=raw["bureau"], **lists)
