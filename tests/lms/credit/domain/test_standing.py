import datetime
import random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.credit.core.hours import Hours
from lms.credit.domain import standing
from lms.credit.domain.audit import standings
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dismiss, dispute, uphold
from lms.credit.domain.policies import rules_of
from lms.credit.domain.record import records_of
from lms.credit.domain.reverse import reverse
from lms.credit.domain.standing import standing_of, touch
from lms.credit.enums import Form
from lms.credit.models.ledger import Transfer
from lms.credit.models.standing import Standing
from lms.people.enums import DutyKind, PolicyRole
from lms.people.models import RoleSpell
from lms.testing.credit import AT, booked
from lms.testing.factories import DutyFactory, OrganisationFactory, PersonFactory, RoleSpellFactory
from lms.testing.policies import assigned, policy_text, published

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 5, 18)
SCHOOL_TOO = """
[[requirement]]
id = "year-school"
title = "年度校本研修"
kind = "must"
applies = { holds_any = ["class_teacher"] }
period = "year"
counts = { forms = ["school"] }
required = "24"
quote = "其中校本研修24学时。"
"""


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    joined = datetime.date(2021, 9, 1)
    person = PersonFactory(joined_on=joined)
    return RoleSpellFactory(person=person, organisation=school, from_on=joined).person


@pytest.fixture
def verifier(school):
    return DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person


@pytest.fixture
def policy(school):
    version = published(text=policy_text("test-policy", required="6") + SCHOOL_TOO)
    assigned("test-policy", school.get_parent())
    return version


DISPUTES = {"d": dispute, "u": uphold, "w": dismiss}


def kept(person):
    return Standing.objects.filter(person=person).first()


def says(row):
    """What a row says, but not when and of how many transfers."""
    fields = ("organisation_id", "version_id", "met", "would_meet", "counted", "required", "owed")
    return {name: getattr(row, name) for name in (*fields, "due", "requirements")}


def test_pending_hours_would_meet_and_confirmed_ones_do(policy, teacher, verifier):
    entry = booked(teacher, hours=Hours(600))
    row = kept(teacher)
    assert (row.met, row.would_meet) == (False, True)
    assert (row.counted, row.required, row.owed) == (0, 600, 600)
    assert row.due == datetime.date(2026, 12, 31)
    assert row.days_left(DAY) == 227
    confirm(verifier=verifier, bookings=[entry.id], at=AT)
    row = kept(teacher)
    assert (row.met, row.would_meet, row.counted, row.owed, row.due) == (True, True, 600, 0, None)


def test_a_row_that_somebody_changed_is_named(policy, teacher, verifier):
    confirm(verifier=verifier, bookings=[booked(teacher).id], at=AT)
    assert standings.first_wrong(at=AT) is None
    Standing.objects.update(counted=99_00, met=True)
    assert standings.first_wrong(at=AT) == (
        f"person {teacher.public_id}: their standing says True (met), but the ledger gives False"
    )
    assert Standing.objects.get().counted == 99_00
    standing.mark_stale([teacher.pk])
    assert standings.first_wrong(at=AT) is None


def test_rejected_and_reversed_hours_never_count(policy, teacher, verifier):
    refused, undone = booked(teacher, hours=Hours(600)), booked(teacher, hours=Hours(600))
    reject(verifier=verifier, bookings=[refused.id], because="不清楚", at=AT)
    reverse(undone.booking, by=verifier, because="有误", at=AT)
    row = kept(teacher)
    assert (row.met, row.would_meet, row.counted) == (False, False, 0)


def test_hours_that_the_bureau_must_register_would_count_until_it_has(teacher, school, verifier):
    wanted = '[[recognition]]\ncheck = "not-registered"\nquote = "登记后有效"\n'
    published("registered", text=policy_text("registered", required="6", more=wanted))
    assigned("registered", school)
    entry = booked(teacher, hours=Hours(600))
    confirm(verifier=verifier, bookings=[entry.id], at=AT)
    assert (kept(teacher).met, kept(teacher).would_meet) == (False, True)


def test_who_has_no_policy_costs_one_query_and_has_no_row(teacher, django_assert_num_queries):
    with django_assert_num_queries(1):
        touch([teacher.pk], AT)
    assert kept(teacher) is None
    assert standing_of(teacher, AT) is None


def test_a_change_takes_two_trips_whatever_the_history(policy, teacher, django_assert_num_queries):
    for more in (1, 12):
        for _ in range(more):
            booked(teacher, hours=Hours(10))
        with django_assert_num_queries(2):
            touch([teacher.pk], AT)
    assert Transfer.objects.filter(person=teacher).count() == 13


def test_many_people_take_as_many_queries_as_one(policy, school, django_assert_num_queries):
    people = [RoleSpellFactory(organisation=school).person for _ in range(3)]
    for some in (people[:1], people):
        with django_assert_num_queries(2):
            touch([one.pk for one in some], AT)
    assert Standing.objects.count() == 3


def test_a_plan_made_while_there_were_no_standings_reads_by_key(postgres, policy, teacher):
    with postgres.connect("postgres", connection.settings_dict["NAME"]) as superuser:
        superuser.execute(
            "ANALYZE credit_standing"
        )  # known to be empty: to read all of it seems to cost nothing
    before = whole_reads()
    touch([teacher.pk], AT)
    assert whole_reads() == before


def whole_reads():
    """How often all standings were read through in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'credit_standing'"
        )
        return cursor.fetchone()


def test_only_the_person_of_the_transfer_is_touched(policy, school, teacher):
    other = RoleSpellFactory(organisation=school).person
    touch([other.pk], AT)
    Standing.objects.filter(person=other).update(as_of=DAY - datetime.timedelta(days=1))
    booked(teacher)
    assert kept(other).as_of == DAY - datetime.timedelta(days=1)


def test_a_new_day_a_post_and_a_policy_make_a_standing_anew_when_it_is_read(
    policy, school, teacher
):
    touch([teacher.pk], AT)
    next_year = AT + datetime.timedelta(days=300)
    assert standing_of(teacher, next_year).due == datetime.date(2027, 12, 31)
    RoleSpellFactory(person=teacher, organisation=school, role=PolicyRole.CLASS_TEACHER)
    assert kept(teacher).stale
    rules = [one["id"] for one in standing_of(teacher, AT).requirements]
    assert rules == ["year-total", "year-school"]
    published("milder", text=policy_text("milder", required="1"))
    assigned("milder", school)
    assert standing_of(teacher, AT).required == 100
    later = published("milder", text=policy_text("milder", required="2"))
    assert standing_of(teacher, AT).version == later


def test_who_leaves_the_policy_leaves_no_row(policy, teacher):
    touch([teacher.pk], AT)
    RoleSpell.objects.filter(person=teacher).delete()
    assert kept(teacher) is not None
    touch([teacher.pk], AT)
    assert kept(teacher) is None


def test_a_worker_that_knew_less_does_not_overwrite_more(policy, teacher):
    booked(teacher)
    Standing.objects.filter(person=teacher).update(sequence=9, counted=77)
    touch([teacher.pk], AT)
    assert kept(teacher).counted == 77


def test_the_night_works_out_what_is_behind_and_goes_on_where_it_was(policy, school, teacher):
    people = [teacher, *(RoleSpellFactory(organisation=school).person for _ in range(4))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "BATCH", 2)
        stopped = []

        def stop(done):
            stopped.append(done)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            standing.refresh_all(at=AT, say=stop)
        assert stopped == [2]
        assert Standing.objects.count() == 2
        assert standing.refresh_all(at=AT) == len(people) - 2
        assert standing.refresh_all(at=AT) == 0
        assert standing.refresh_all(at=AT, again=True) == len(people)


def test_the_command_says_how_many(policy, teacher, capsys):
    call_command("standings")
    assert capsys.readouterr().out == "1 worked out.\n"
    assert kept(teacher)


def test_touch_is_part_of_the_transaction_that_books(policy, teacher):
    with CaptureQueriesContext(connection) as queries:
        booked(teacher)
    last = [one["sql"] for one in queries if "credit_keep_standings(" in one["sql"]]
    assert len(last) == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.sampled_from("bbcrxduw"), max_size=8), st.integers(0, 2**16))
def test_kept_up_act_by_act_it_is_what_it_would_be_from_scratch(
    policy, school, verifier, acts, seed
):
    rng = random.Random(seed)
    joined = datetime.date(2021, 9, 1)
    person = PersonFactory(joined_on=joined)
    RoleSpellFactory(person=person, organisation=school, from_on=joined)
    RoleSpellFactory(person=person, organisation=school, role=PolicyRole.CLASS_TEACHER)
    entries = []
    for act in acts:
        if act == "b" or not entries:
            form = rng.choice([Form.SCHOOL, Form.REMOTE])
            entries.append(booked(person, form=form, hours=Hours(rng.randrange(1, 900))))
            continue
        one = rng.choice(entries)
        if act == "c":
            confirm(verifier=verifier, bookings=[one.id], at=AT)
        elif act == "r":
            reject(verifier=verifier, bookings=[one.id], because="不清楚", at=AT)
        elif act in DISPUTES:
            DISPUTES[act](by=verifier, bookings=[one.id], because="再看一看", at=AT)
        elif act == "x":
            last = Transfer.objects.filter(booking=one.booking).order_by("sequence").last()
            if last and last.act in ("confirm", "reject"):
                reverse(last, by=verifier, because="有误", at=AT)
    incremental = kept(person)
    if incremental is None:
        assert not entries
        return
    Standing.objects.filter(person=person).delete()
    touch([person.pk], AT)
    assert says(incremental) == says(kept(person))
    (record,) = records_of([person.pk], DAY)
    scratch = standing.outlook_of(rules_of(policy), record, DAY)
    assert incremental.met == scratch.standing.met
    assert incremental.requirements == [standing.as_data(one) for one in scratch.prospects]
