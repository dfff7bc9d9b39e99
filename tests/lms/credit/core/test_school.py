"""What a person does for their school's requirement: one large training that ends in the year."""

import datetime

import pytest

from lms.credit.core.facts import Person, RoleSpell, Session, Training
from lms.credit.core.hours import Hours
from lms.credit.core.policy import SHIPPED, load_policy
from lms.credit.core.recognise import recognise
from lms.credit.core.school import share_of

POLICY = load_policy(SHIPPED / "wenzhou-2012.toml")
TEACHER = Person(datetime.date(2010, 9, 1), (RoleSpell("teacher", datetime.date(2010, 9, 1)),))
YEAR_END = datetime.date(2025, 12, 31)


def training(
    days: int, *, last: datetime.date = YEAR_END, form: str = "concentrated", hours: int = 800
) -> Training:
    on = [last - datetime.timedelta(days=number) for number in range(days)]
    return Training("a", form, "city", tuple(Session(day, Hours(hours)) for day in on))


@pytest.mark.parametrize(
    ("trainings", "done"),
    [
        ([], False),
        ([training(12)], True),
        ([training(11)], False),
        # A day counts 8 hours, whatever was claimed.
        ([training(11, hours=1200)], False),
        ([training(12, form="remote")], False),
        # It belongs to the year in which it ends.
        ([training(12, last=datetime.date(2025, 1, 3))], True),
        ([training(12, last=datetime.date(2024, 12, 31))], False),
    ],
)
def test_share(trainings: list[Training], done: bool) -> None:
    lines = recognise(POLICY.recognition, trainings, as_of=YEAR_END)
    said = share_of(POLICY, person=TEACHER, lines=lines, as_of=YEAR_END)
    assert said == {"school-concentrated": done}


def test_who_is_no_teacher_is_not_counted() -> None:
    nobody = Person(datetime.date(2010, 9, 1))
    assert share_of(POLICY, person=nobody, lines=[], as_of=YEAR_END) == {}
