"""What courses put on the home page."""

import pytest
from django.utils import timezone

from courses import home
from courses.domain.enrol import enrol, mark_completed
from lms.testing.factories import PersonFactory
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def test_courses_to_begin_are_those_not_taken(house: make.House) -> None:
    done, other = make.published(house), make.published(house, title="材料投放")
    teacher = PersonFactory()
    enrol(person=teacher, course=done, at=timezone.now())

    assert home.to_begin(teacher) is None

    mark_completed(person_id=teacher.pk, training_key=done.training_key, at=timezone.now())
    shown = home.to_begin(teacher)

    assert shown is not None
    assert [card.course for card in shown["cards"]] == [other]
