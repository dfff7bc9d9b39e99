"""The report, its file, the reminder, the outage, the cut; what stands beside the replay and counts there."""

import datetime
import io
import json
import re
import uuid
from collections.abc import Iterator

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from live.core.tape import Piece, TakeName
from live.domain import presence, replays, report, settle, store
from live.domain.presence import BEAT, JOIN, LEAVE, Row
from live.enums import Happening, MessageFate, QuestionState
from live.models.attendance import Outage, Reminder
from live.models.lesson import Lesson, LessonEvent
from live.models.replay import Cut
from live.models.room import Message, Question
from live.models.slides import Deck, SlideShown
from live.views.beside import replay_context
from lms.api.credit import take_part
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import AccreditationFactory, DutyFactory, PersonFactory
from tests.factories.live import LessonFactory, attended

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)
LONG = 600
LATER = START + datetime.timedelta(hours=2)
S = 1_000_000


def after(seconds: float) -> datetime.datetime:
    return START + datetime.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def lesson() -> Lesson:
    """Ten minutes, over, recorded in pieces of a minute; one learner there, one absent; settled."""
    one = LessonFactory(starts_at=START, planned_minutes=10)
    for kind, at in ((Happening.STARTED, 0), (Happening.ENDED, LONG)):
        LessonEvent.objects.create(lesson=one, kind=kind, by=one.trainer, at=after(at))
    name = TakeName(1, int(START.timestamp()) * S)
    store.open_take(one.pk, name, b"")
    for number in range(10):
        store.put(one.pk, name, Piece(number, number * 60 * S, (number + 1) * 60 * S), b"")
    version = credit.declared(needs=[attended(one)])
    for name_of in ("=在场", "缺席"):
        person = PersonFactory(name=name_of, email=f"{uuid.uuid4().hex}@example.org")
        take_part(person=person, training_key=version.training.key, at=START)
        if name_of == "=在场":
            history = [(0, JOIN), *((at, BEAT) for at in range(15, 300, 15)), (300, LEAVE)]
            presence.write(
                [Row(one.pk, person.pk, uuid.UUID(int=1), kind, after(at)) for at, kind in history]
            )
    settle.settle(Lesson.objects.get(pk=one.pk), clock=lambda: LATER)
    return one


def found(lesson: Lesson) -> report.Report:
    one = report.report_of(Lesson.objects.get(pk=lesson.pk), LATER)
    assert one is not None
    return one


def test_report_says_who_was_there_and_how_many_when(lesson) -> None:
    one = found(lesson)
    assert [(line.person.name, line.words, line.live_s) for line in one.lines] == [
        ("=在场", "Not long enough", 300),
        ("缺席", "Absent", 0),
    ]
    assert (one.step_s, one.crowd, one.most) == (15, (1,) * 20 + (0,) * 20, 1)
    assert [at_s for at_s, _count, _is_out in one.crowd_in_rows] == list(range(0, LONG, 30))
    assert [line.person.name for line in one.absent] == ["缺席"]


def test_page_and_file_are_the_provider_s_and_the_bureau_s(lesson, client) -> None:
    page = reverse("live:report", args=[lesson.pk])
    file = reverse("live:report-file", args=[lesson.pk])
    bureau = AccreditationFactory(provider=lesson.provider).bureau
    officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=bureau, provider=None).person
    stranger = PersonFactory()
    for person, status in ((lesson.trainer, 200), (officer, 200), (stranger, 403)):
        client.force_login(person)
        assert client.get(page).status_code == status
        answer = client.get(file)
        assert answer.status_code == status
    client.force_login(officer)
    assert "缺席" in client.get(page).content.decode()
    book = load_workbook(io.BytesIO(client.get(file).content))
    rows = list(book.worksheets[0].iter_rows(min_row=3, max_col=3, values_only=True))
    assert [row[0] for row in rows] == ["=在场", "缺席"]
    assert book.worksheets[0]["A3"].data_type == "s"
    assert [sheet.freeze_panes for sheet in book] == ["A3", "A2", "A2"]
    heads = [cell.value for cell in book.worksheets[2][1]]
    assert heads == ["提问人", "提问", "回答"]
    over_time = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert over_time[19:21] == [(4.75, 1, None), (5, 0, None)]
    assert len(over_time) == 40


def test_declared_outage_is_marked_in_curve_table_and_file(lesson, client) -> None:
    Outage.objects.create(
        lesson=lesson,
        from_at=after(120),
        to_at=after(180),
        because="县里停电",
        by=lesson.trainer,
        at=LATER,
    )
    client.force_login(lesson.trainer)
    page = client.get(reverse("live:report", args=[lesson.pk])).content.decode()
    file = client.get(reverse("live:report-file", args=[lesson.pk])).content
    # In steps of 15 s, as the curve is.
    assert '<rect class="crowd__out" x="8.000" y="0" width="4.000" height="100"/>' in page
    assert "已认定的中断：" in page
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert re.findall(r"(\d:\d\d)</td>\s*<td>[^/]*/span>\s*<span", table) == ["2:00", "2:30"]
    sheet = load_workbook(io.BytesIO(file)).worksheets[1]
    marked = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True) if row[2]]
    assert marked == [2, 2.25, 2.5, 2.75]


def test_report_asks_as_much_for_three_as_for_two(lesson, django_assert_num_queries) -> None:
    one = Lesson.objects.prefetch_related("events").get(pk=lesson.pk)
    with django_assert_num_queries(16):
        report.report_of(one, LATER)
    watcher = PersonFactory()
    replays.open_player(person=watcher, lesson=lesson, at=LATER)
    one.coverages.update(spans=[[0, 60_000]])
    one = Lesson.objects.prefetch_related("events").get(pk=lesson.pk)
    with django_assert_num_queries(16):
        again = report.report_of(one, LATER)
    assert again is not None
    assert [line.words for line in again.lines if line.person == watcher] == ["Replay only"]


def test_the_absent_are_reminded_once_a_day(
    lesson, client, django_capture_on_commit_callbacks
) -> None:
    day = datetime.timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        count = report.remind_absent(lesson=lesson, by=lesson.trainer, at=LATER)
    absent = found(lesson).absent[0].person
    assert count == 1
    report.send(lesson, [absent.pk])
    assert [letter.to for letter in mail.outbox][-1] == [absent.email]
    assert report.remind_absent(lesson=lesson, by=lesson.trainer, at=LATER) == 0
    assert found(lesson).to_remind(LATER) == []
    assert found(lesson).to_remind(LATER + day) == [absent]
    assert report.remind_absent(lesson=lesson, by=lesson.trainer, at=LATER + day) == 1
    assert Reminder.objects.count() == 2


def test_outages_are_declared_by_assistant_and_bureau_not_by_the_trainer(lesson, client) -> None:
    address = reverse("live:outage", args=[lesson.pk])
    assistant = PersonFactory()
    lesson.assistants.add(assistant)
    said = {"from_at": "2026-11-20T14:05:00", "to_at": "2026-11-20T14:06:00", "because": "停电"}
    client.force_login(lesson.trainer)
    assert client.post(address, said).status_code == 403
    client.force_login(assistant)
    # Both ends of the lesson are filled in; what was refused is said beside the field, and the rest is kept.
    page = client.get(reverse("live:report", args=[lesson.pk])).content.decode()
    assert 'value="2026-11-20T14:00:00"' in page
    assert 'value="2026-11-20T14:10:00"' in page
    for wrong, field in (({"from_at": "nonsense"}, "from_at"), ({"to_at": said["from_at"]}, None)):
        answer = client.post(address, said | wrong)
        assert answer.status_code == 400
        form = answer.context["outage_form"]
        assert list(form.errors) == [field or "__all__"]
        assert 'value="停电"' in answer.content.decode()
    assert Outage.objects.count() == 0
    assert found(lesson).is_settled
    client.post(address, said)
    assert not found(lesson).is_settled, "until it has been settled with it"
    settle.settle(Lesson.objects.get(pk=lesson.pk), clock=lambda: LATER)
    assert found(lesson).is_settled
    one = Outage.objects.get()
    assert (one.by, one.from_at, one.to_at) == (assistant, after(300), after(360))


def test_nobody_is_called_absent_before_the_lesson_is_settled(lesson) -> None:
    lesson.settlement.delete()
    late = PersonFactory()
    replays.open_player(person=late, lesson=lesson, at=LATER)
    lesson.coverages.update(spans=[[0, 60_000]])
    lesson.attendances.exclude(person__name="=在场").delete()
    assert {line.person.name: line.words for line in found(lesson).lines} == {
        "=在场": "Not long enough",
        "缺席": "Being settled",
        late.name: "Replay only",
    }


def test_report_of_many_is_found_by_name_and_state(lesson, client, monkeypatch) -> None:
    monkeypatch.setattr("live.views.report.FILTER_FROM", 1)
    address = reverse("live:report", args=[lesson.pk])
    client.force_login(lesson.trainer)

    def names(**asked: str) -> list[str]:
        return [line.person.name for line in client.get(address, asked).context["page"]]

    assert names() == ["=在场", "缺席"]
    assert names(name="在") == ["=在场"]
    assert names(state="absent") == ["缺席"]
    assert names(name="在", state="absent") == []


def test_the_trainer_cuts_the_replay(lesson, client) -> None:
    client.force_login(lesson.trainer)
    address = reverse("live:cut", args=[lesson.pk])
    client.post(address, {"from_s": 500, "to_s": 100})
    answer = client.post(address, {"from_s": "1:40", "to_s": "to the end"})
    assert "请照播放器上的写法填" in answer.content.decode()
    assert Cut.objects.count() == 0
    client.post(address, {"from_s": "1:40", "to_s": "8：20"})
    replay = replays.replay_of(lesson)
    assert replay is not None
    assert (replay.cut_ms, replay.begins_ms) == ((100_000, 500_000), 60_000)


def test_beside_the_replay_stand_chapters_and_what_was_said(lesson, client) -> None:
    person = lesson.trainer
    Message.objects.create(
        lesson=lesson, person=person, key=uuid.uuid4(), role="host", text="大家好",
        fate=MessageFate.SHOWN, at=after(70),
    )  # fmt: skip
    Question.objects.create(
        lesson=lesson, person=person, key=uuid.uuid4(), text="几岁合适？", at=after(200),
        state=QuestionState.ANSWERED, media_s=240.0, answer="三岁", changed_at=after(250),
    )  # fmt: skip
    deck = Deck.objects.create(
        lesson=lesson, name="三句话.pdf", pages=3, by=person, added_at=START, lease_until=START
    )
    SlideShown.objects.create(lesson=lesson, deck=deck, page=2, at=after(300), media_us=300 * S)
    client.force_login(person)
    html = client.get(reverse("live:watch", args=[lesson.pk])).content.decode()
    assert f"/slides/{deck.pk}-0002.s.webp" in html
    assert 'data-at="300.0"' in html
    assert 'data-at="70.0"' in html
    assert 'data-at="240.0"' in html
    assert "三岁" in html


def test_what_counts_of_a_replay_is_shown_to_who_earns_by_it_and_not_to_who_gave_it(lesson) -> None:
    people = (lesson.trainer, *Person.objects.filter(name__in=("=在场", "缺席")))
    shown = [
        render_to_string("live/replay_side.html", {"lesson": lesson, "replay": one})
        for one in (replay_context(lesson, person) for person in people)
    ]
    hidden = [bool(re.search(r'aria-labelledby="h-counted"\s+hidden', html)) for html in shown]
    assert hidden == [True, False, False]


def test_watching_the_replay_is_reported_and_refused_where_it_makes_no_sense(
    lesson, client
) -> None:
    address = reverse("live:replayed", args=[lesson.pk])
    client.force_login(lesson.trainer)
    client.get(reverse("live:watch", args=[lesson.pk]))
    claim = {"session": "a", "seq": 1, "played": [[0, 4]], "rate": 1, "position": 4}
    answer = client.post(address, json.dumps(claim), content_type="application/json")
    assert (answer.status_code, answer.json()["covered"]) == (200, [[0, 4]])
    again = client.post(address, json.dumps(claim), content_type="application/json")
    assert again.json()["flags"] == ["duplicate"]
    assert client.post(address, "[", content_type="application/json").status_code == 422
    going = LessonFactory(duty__provider=lesson.provider)
    client.force_login(going.trainer)
    early = client.post(
        reverse("live:replayed", args=[going.pk]),
        json.dumps(claim),
        content_type="application/json",
    )
    assert early.status_code == 409
