"""One clock a person, and evidence that is what was recorded."""

import datetime

import pytest
from django.db import transaction

from lms.api.credit import lock_clock, save_clock, take_part
from lms.credit import queries
from lms.credit.domain.evidence import digest_of_detail
from lms.credit.errors import BadEvidence
from lms.credit.models.evidence import Evidence, PersonClock
from lms.testing import credit
from lms.testing.factories import PersonFactory

AT = credit.AT
MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.django_db
def test_clock_is_opened_once_and_kept() -> None:
    person = PersonFactory()
    clock, _rest = lock_clock(person=person, at=AT, opening_us=5_000_000)
    assert (clock.balance_us, clock.last_at) == (5_000_000, AT)
    save_clock(clock, balance_us=1, last_at=AT + MINUTE)
    again, _rest = lock_clock(person=person, at=AT + 2 * MINUTE, opening_us=5_000_000)
    assert (again.balance_us, again.last_at) == (1, AT + MINUTE)
    assert PersonClock.objects.count() == 1


@pytest.mark.django_db
def test_locking_a_clock_is_one_query_and_saving_another(django_assert_num_queries) -> None:
    person = PersonFactory()
    lock_clock(person=person, at=AT, opening_us=0)
    with django_assert_num_queries(1):
        clock, _rest = lock_clock(person=person, at=AT, opening_us=0)
    with django_assert_num_queries(1):
        save_clock(clock, balance_us=1, last_at=AT)


def test_clock_waits_for_who_holds_it(own_database) -> None:
    import threading

    from django.db import connection

    person = PersonFactory()
    seen = []

    def spend() -> None:
        try:
            with transaction.atomic():
                clock, _rest = lock_clock(person=person, at=AT, opening_us=1000)
                seen.append(clock.balance_us)
                save_clock(clock, balance_us=clock.balance_us - 1, last_at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(seen, reverse=True) == list(range(1000, 980, -1))


@pytest.mark.django_db
def test_wall_time_is_united_and_reads_back_in_utc() -> None:
    shanghai = datetime.timezone(8 * datetime.timedelta(hours=1))
    wall = [
        (AT + MINUTE, AT + 3 * MINUTE),
        (AT, AT + MINUTE),
        (AT, AT),
        (AT + 9 * MINUTE, AT + 10 * MINUTE),
    ]
    local = [tuple(moment.astimezone(shanghai) for moment in span) for span in wall]
    kept = credit.evidence(PersonFactory(), wall=local)
    read = Evidence.objects.get(pk=kept.pk)
    assert read.wall == [(AT, AT + 3 * MINUTE), (AT + 9 * MINUTE, AT + 10 * MINUTE)]
    assert credit.evidence(PersonFactory(), wall=[]).wall == []


@pytest.mark.django_db
def test_detail_is_kept_beside_and_proved() -> None:
    detail = {"devices": ["手机"], "sessions": [{"session": "a", "reports": 3}]}
    one = credit.evidence(PersonFactory(), detail=detail)
    bare = credit.evidence(PersonFactory(), detail=None)
    assert (one.detail, bare.detail, bare.detail_digest) == (detail, {}, "")
    kept = Evidence.objects.get(pk=one.pk).kept_detail
    assert digest_of_detail(bytes(kept.salt), detail) == one.detail_digest
    assert credit.evidence(PersonFactory(), detail=detail).detail_digest != one.detail_digest


@pytest.mark.django_db
@pytest.mark.parametrize("detail", [{"rate": 1.5}, {"device": "\ud800"}])
def test_detail_without_one_spelling_is_refused(detail) -> None:
    with pytest.raises(BadEvidence):
        credit.evidence(PersonFactory(), detail=detail)


@pytest.mark.django_db
@pytest.mark.parametrize("trainings", [1, 3])
def test_taking_part_asks_constant_queries(django_assert_num_queries, trainings: int) -> None:
    person = PersonFactory()
    credit.evidence(person, subject="media.asset:0")
    for _ in range(trainings):
        version = credit.declared(needs=[credit.watch("media.asset:9")])
        take_part(person=person, training_key=version.training.key, at=AT)
    version = credit.declared()
    # The newest version, head, known before, participation, evidence.
    with django_assert_num_queries(5):
        take_part(person=person, training_key=version.training.key, at=AT)
    assert queries.entries_of(person) == []
