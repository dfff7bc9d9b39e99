"""What courses put on the home page."""

import pytest
from django.utils import timezone

from courses import home, openings
from courses.domain.enrol import enrol, mark_completed
from lms.api.hooks import Wanted
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


def test_openings_are_courses_not_taken_that_fit_what_is_wanted(
    house: make.House, django_assert_num_queries
) -> None:
    taken = make.published(house)
    fits = make.published(house, title="材料投放", themes=["ethics"])
    make.published(house, title="另一主题", themes=["safety"])
    teacher = PersonFactory()
    enrol(person=teacher, course=taken, at=timezone.now())
    none: frozenset[str] = frozenset()

    def titles(**changes: object) -> list[str]:
        asked = {"forms": none, "levels": none, "themes": none, "purposes": none, "providers": None}
        return [one.title for one in openings.find(teacher, [Wanted(**asked | changes)])]

    with django_assert_num_queries(1):
        assert sorted(titles()) == ["另一主题", "材料投放"]
    ethics = frozenset({"ethics"})
    assert titles(themes=ethics) == ["材料投放"]
    assert titles(forms=frozenset({"concentrated"})) == []
    assert titles(providers=frozenset({fits.provider_id}), themes=ethics) == ["材料投放"]
    assert titles(providers=none) == []
