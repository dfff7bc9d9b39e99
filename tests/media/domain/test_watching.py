"""Reports become coverage and coverage becomes evidence: once, whole, and never more than time allows."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.api import credit
from lms.api.credit import entries_of
from lms.credit.domain import audit, retention
from lms.credit.domain.confirm import confirm
from lms.credit.domain.register import register
from lms.people.enums import DutyKind
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory
from media.core import wall
from media.domain import watching
from media.domain.claims import Claim
from media.domain.errors import Problem
from media.enums import AssetState
from media.models import Coverage, WatchReport
from tests.factories.media import AssetFactory

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 5, 20, 12, 0, tzinfo=datetime.UTC)


def later(seconds: float) -> datetime.datetime:
    return NOW + datetime.timedelta(seconds=seconds)


def claim(seq: int, *played, rate=1, session="tab-a", position=0) -> Claim:
    spans = [(Fraction(start), Fraction(end)) for start, end in played]
    return Claim(
        session=session, seq=seq, played=spans, rate=Fraction(rate), position=Fraction(position)
    )


def report(person, asset, at: float, one: Claim) -> watching.Taken:
    return watching.accept(
        person=person, asset_id=asset.pk, claim=one, at=later(at), device="Android · WeChat"
    )


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def asset():
    """100 s long."""
    return AssetFactory()


def declared(asset, *, minimum: str, key: str = "courses.course:1"):
    """A training of one hour that asks for a share of the video."""
    need = credit.Need(
        evidence_kind="media.watched",
        subject=asset.subject,
        minimum=Decimal(minimum),
        title=asset.title,
        weight_s=100,
    )
    facts = credit.TrainingFacts(
        title="区域活动",
        form=credit.Form.REMOTE,
        level=credit.Level.COUNTY,
        themes=(credit.Theme.ETHICS,),
        purpose=credit.Purpose.IN_SERVICE,
        provider=None,
        hours=credit.Hours(100),
        minutes_per_hour=45,
    )
    return credit.declare_training(
        key=key, facts=facts, complete_when=(need,), by=asset.uploaded_by, at=NOW
    )


def test_honest_viewer_is_credited_with_all(person, asset):
    watching.open_player(person=person, asset=asset, at=NOW)
    first = report(person, asset, 15, claim(1, (0, 15), position=15))
    second = report(person, asset, 30, claim(2, (15, 30), position=30))
    assert (first.accepted, second.accepted) == (15, 15)
    coverage = Coverage.objects.get()
    assert (coverage.spans, coverage.covered_ms, coverage.position_ms) == (
        [[0, 30000]],
        30000,
        30000,
    )
    assert WatchReport.objects.count() == 2


def test_a_film_in_a_second_is_not_believed(person, asset):
    watching.open_player(person=person, asset=asset, at=NOW)
    taken = report(person, asset, 1, claim(1, (0, 100)))
    # 5 s of grant and 1 s of time, at twice the speed.
    assert (taken.accepted, taken.flags) == (12, ("too-fast",))


def test_report_sent_twice_counts_once(person, asset):
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 15, claim(1, (0, 15)))
    again = report(person, asset, 40, claim(1, (0, 30)))
    assert (again.accepted, again.flags) == (0, ("duplicate",))
    assert Coverage.objects.get().covered_ms == 15000


def test_one_clock_for_two_videos(person, asset):
    other = AssetFactory()
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 10, claim(1, (0, 30)))
    taken = report(person, other, 10, claim(2, (0, 30)))
    assert (taken.accepted, taken.flags) == (0, ("too-fast",))


def test_speed_above_the_limit_is_refused_and_counts_as_seen(person, asset):
    watching.open_player(person=person, asset=asset, at=NOW)
    assert report(person, asset, 15, claim(1, (0, 60), rate=4)).flags == ("rate",)
    assert report(person, asset, 30, claim(1, (0, 15))).flags == ("duplicate",)
    assert Coverage.objects.get().covered_ms == 0


def test_video_that_is_not_ready_cannot_be_watched(person):
    asset = AssetFactory(state=AssetState.TRANSCODING)
    with pytest.raises(Problem):
        report(person, asset, 1, claim(1, (0, 1)))
    assert not WatchReport.objects.exists()


def test_reaching_the_share_books_the_hours_once(person, asset):
    declared(asset, minimum="0.5")
    credit.take_part(person=person, training_key="courses.course:1", at=NOW)
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 40, claim(1, (0, 40)))
    assert credit.balance(person).pending == credit.Hours(0)
    taken = report(person, asset, 60, claim(2, (40, 60)))
    assert taken.is_complete
    assert credit.balance(person).pending == credit.Hours(100)
    report(person, asset, 80, claim(3, (60, 80)))
    assert credit.balance(person).pending == credit.Hours(100)
    [evidence] = person.evidence.all()
    assert (evidence.amount, evidence.spans) == (Decimal("0.6"), [[0, 60000]])
    assert evidence.wall == [(later(0), later(60))]
    assert evidence.detail["devices"] == ["Android · WeChat"]
    assert "1:00" in evidence.facts["words"]


def test_training_joined_after_watching_finds_its_evidence_at_the_next_opening(person, asset):
    declared(asset, minimum="0.1")
    credit.take_part(person=person, training_key="courses.course:1", at=NOW)
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 40, claim(1, (0, 10)))
    report(person, asset, 80, claim(2, (10, 80)))
    declared(asset, minimum="0.8", key="courses.course:2")
    credit.take_part(person=person, training_key="courses.course:2", at=later(90))
    assert credit.balance(person).pending == credit.Hours(100)
    watching.open_player(person=person, asset=asset, at=later(100))
    # The first ten seconds were counted for the course before.
    assert credit.balance(person).pending == credit.Hours(187)


def test_report_takes_two_round_trips(person, asset, django_assert_num_queries):
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 15, claim(1, (0, 15)))
    # Clock locked with coverage, video and duplicate; clock, report and coverage kept; the two ends of a savepoint.
    with django_assert_num_queries(4):
        report(person, asset, 30, claim(2, (15, 30)))


def test_number_used_for_another_video_is_a_duplicate(person, asset):
    other = AssetFactory(duration_ms=60_000)
    report(person, asset, 15, claim(1, (0, 15)))
    taken = report(person, other, 30, claim(1, (0, 10)))
    assert taken.flags == ("duplicate",)
    assert WatchReport.objects.count() == 1


spans = st.tuples(st.integers(0, 120), st.integers(0, 120)).map(sorted)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.lists(spans, max_size=4), st.integers(0, 20)), max_size=12
    )
)
def test_never_more_than_the_clock_allows(reports):
    person, asset = PersonFactory(), AssetFactory()
    watching.open_player(person=person, asset=asset, at=NOW)
    at, accepted = 0, Fraction(0)
    for seq, played, pause in reports:
        at += pause
        accepted += report(person, asset, at, claim(seq, *played)).accepted
    coverage = Coverage.objects.get(person=person)
    assert accepted <= (5 + at) * 2
    assert coverage.covered_ms <= accepted * 1000
    assert coverage.covered_ms == sum(end - start for start, end in coverage.spans)
    flat = [moment for stretch in coverage.wall for moment in stretch]
    assert flat == sorted(flat)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=8))
def test_wall_time_is_given_once(takes):
    taken: list[tuple[int, int]] = []
    for until, length in takes:
        new = wall.taken(taken, until=until, length=length, reach=95)
        assert sum(end - start for start, end in new) <= length
        for start, end in new:
            assert until - 95 <= start < end <= until
            assert all(end <= a or b <= start for a, b in taken)
        taken += new


@pytest.mark.parametrize("way", ["registered", "old", "left"])
def test_reports_go_by_the_rules_and_the_record_stays_provable(way: str, person, asset):
    school = RoleSpellFactory(person=person).organisation
    for each in (asset, AssetFactory()):
        declared(each, minimum="0.25", key=f"courses.course:{each.pk}")
        credit.take_part(person=person, training_key=f"courses.course:{each.pk}", at=NOW)
        watching.open_player(person=person, asset=each, at=NOW)
    report(person, asset, 30, claim(1, (0, 30)))
    other = AssetFactory()
    watching.open_player(person=person, asset=other, at=later(30))
    report(person, other, 45, claim(2, (0, 15)))
    (entry,) = entries_of(person)
    month = datetime.timedelta(days=31)

    if way == "registered":
        verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
        officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()).person
        confirm(verifier=verifier, bookings=[entry.id], at=later(60))
        register(officer=officer, bookings=[entry.id], at=later(60))
        retention.run(at=NOW + 11 * month)
        assert WatchReport.objects.count() == 2
        retention.run(at=NOW + 13 * month)
        # The other video's led to no evidence; it waits for the longer rule.
        assert WatchReport.objects.get().asset == other
    elif way == "old":
        retention.run(at=NOW + 40 * month)
        assert not WatchReport.objects.exists()
    else:
        person.role_spells.update(to_on=NOW.date())
        retention.erase_person(person=person, by=None, at=NOW + month)
        assert not WatchReport.objects.exists()

    assert audit.first_fault() is None
    (kept,) = entries_of(person)
    assert kept.hours == entry.hours
    # What was watched is still known, and is not asked for again.
    assert Coverage.objects.get(asset=asset).spans == [[0, 30000]]
    assert watching.open_player(person=person, asset=asset, at=NOW + 41 * month).evidenced


def test_reports_go_through_their_door_alone(person, asset):
    watching.open_player(person=person, asset=asset, at=NOW)
    report(person, asset, 15, claim(1, (0, 15)))
    for sql in ("DELETE FROM media_watchreport", "SELECT media_forget_reports(NULL, NULL, NULL)"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert WatchReport.objects.count() == 1
