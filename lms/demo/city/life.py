"""What an invented teacher learns in the city's years, drawn from a seed: the same number draws the same life.

Pure: no Django, no database. A booking runs through the ledger as real ones do: booked when the evidence is complete,
confirmed by the school some days later, registered at the half-year's audit; some are refused, questioned or wait.
"""

import datetime
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

BOOKINGS = 10
"""A teacher's in five years, one more for every third; with their further moves thirty transfers."""
YEARS = 5
_HERE = ZoneInfo("Asia/Shanghai")
_SIZES = (400, 600, 750, 800, 1200, 1600)
"""What trainings are worth, in hundredths of hours: a training's number decides which."""
_A_DAY = 800
_US_AN_HOUR = 45 * 60 * 1_000_000
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "晓春秋明丽华静芳敏强军勇杰娟涛超兰霞平刚桂英玉梅文斌海燕雪峰志新建国佳怡子涵雨桐思远"


class Act(NamedTuple):
    """A transfer to come: what it does, when, and whether it takes the one before it back."""

    act: str
    state: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """One training's hours: on which days (with hundredths), when the person sat there, and all that became of it."""

    training: int
    days: tuple[tuple[datetime.date, int], ...]
    sittings: tuple[tuple[datetime.datetime, datetime.datetime], ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """An invented teacher. `roles`: role and first day."""

    name: str
    joined_on: datetime.date
    roles: tuple[tuple[str, datetime.date], ...]
    bookings: tuple[Booking, ...]

    @property
    def transfers(self) -> int:
        """How many transfers it takes to write it down."""
        return sum(len(one.acts) for one in self.bookings)

    @property
    def lines(self) -> int:
        """How many dated lines these have."""
        return sum(len(one.acts) * len(one.days) for one in self.bookings)


def worth(training: int) -> int:
    """Hundredths of hours of the training of that number."""
    return _SIZES[training % len(_SIZES)]


def draw(seed: int, number: int, *, trainings: int, until: datetime.date) -> Life:
    """The life of the teacher of that number, up to `until`; more than BOOKINGS trainings to choose from."""
    rng = Random(f"{seed}:{number}")  # noqa: S311 - invented people, the same at each run
    joined_on = until - datetime.timedelta(days=rng.randrange(365 * YEARS, 365 * 35))
    roles = [("teacher", joined_on)]
    for role, one_in in (("class_teacher", 5), ("backbone", 20), ("principal", 80)):
        if not rng.randrange(one_in):
            roles.append((role, until - datetime.timedelta(days=rng.randrange(30, 365 * YEARS))))
    chosen = rng.sample(range(trainings), BOOKINGS + (number % 3 == 0))
    span = 365 * YEARS // len(chosen)
    began = until - datetime.timedelta(days=span * len(chosen))
    bookings = (
        _booking(rng, training, began + datetime.timedelta(days=span * turn), span, until)
        for turn, training in enumerate(chosen)
    )
    name = rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))
    return Life(name, joined_on, tuple(roles), tuple(bookings))


def _booking(
    rng: Random, training: int, first: datetime.date, span: int, until: datetime.date
) -> Booking:
    left = worth(training)
    day = first + datetime.timedelta(days=rng.randrange(span - 4))
    days, sittings = [], []
    while left:
        part = min(left, _A_DAY)
        start = _moment(day, 8, rng.randrange(3600))
        sittings.append((start, start + datetime.timedelta(microseconds=part * _US_AN_HOUR // 100)))
        days.append((day, part))
        left -= part
        day += datetime.timedelta(days=1)
    acts = _acts(rng, sittings[-1][1], until)
    return Booking(training, tuple(days), tuple(sittings), acts)


def _acts(rng: Random, booked: datetime.datetime, until: datetime.date) -> tuple[Act, ...]:
    """Nineteen in twenty are confirmed, most of these registered; what would lie after `until` has not happened."""
    decided = booked + datetime.timedelta(days=rng.randrange(1, 20), seconds=rng.randrange(20000))
    audit = _audit_after(decided) + datetime.timedelta(seconds=rng.randrange(30000))
    acts = [Act("book", "pending", booked)]
    fate = rng.randrange(200)
    if fate < 2:
        acts.append(Act("reject", "rejected", decided))
    else:
        acts.append(Act("confirm", "confirmed", decided))
        if fate < 4:
            acts.append(Act("dispute", "disputed", decided + datetime.timedelta(hours=20)))
            acts.append(Act("reverse", "confirmed", decided + datetime.timedelta(hours=40)))
        if fate < 196:
            acts.append(Act("register", "registered", max(audit, acts[-1].at)))
    end = _moment(until, 0, 0)
    return tuple(one for one in acts if one.act == "book" or one.at < end)


def _audit_after(at: datetime.datetime) -> datetime.datetime:
    """The half-year audit that follows: in the second week of July or January."""
    if at.month <= 6:
        return _moment(datetime.date(at.year, 7, 8), 9, 0)
    return _moment(datetime.date(at.year + 1, 1, 8), 9, 0)


def _moment(day: datetime.date, hour: int, second: int) -> datetime.datetime:
    local = datetime.datetime.combine(day, datetime.time(hour), _HERE)
    return local.astimezone(datetime.UTC) + datetime.timedelta(seconds=second)
