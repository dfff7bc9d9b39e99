"""Tags and filters that every template uses."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from lms.credit.core.hours import Hours
from lms.web.templatetags import lms_ui


def render(source: str, **context: object) -> str:
    return Template("{% load lms_ui %}" + source).render(Context(context)).strip()


@pytest.fixture(autouse=True)
def chinese() -> None:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("hundredths", "ledger", "headline"),
    [
        (200, "2.00", "2"),
        (2050, "20.50", "20.5"),
        (5, "0.05", "0.05"),
        (0, "0.00", "0"),
        (-150, "−1.50", "−1.5"),
    ],
)
def test_hours_two_decimals_in_the_ledger_plain_in_headlines(
    hundredths: int, ledger: str, headline: str
) -> None:
    assert (lms_ui.hours(hundredths), lms_ui.hours_plain(hundredths)) == (ledger, headline)


def test_hours_of_the_credit_core_need_no_conversion() -> None:
    assert lms_ui.hours(Hours(350)) == "3.50"


@pytest.mark.parametrize(
    ("seconds", "face"),
    [
        (0, "0:00"),
        (59.9, "0:59"),
        (1300, "21:40"),
        (3600, "1:00:00"),
        (Decimal("3725.5"), "1:02:05"),
        (None, "0:00"),
    ],
)
def test_clock_cuts_and_never_rounds_up(seconds: float | None, face: str) -> None:
    assert lms_ui.clock(seconds) == face


def test_durations_in_words() -> None:
    assert [lms_ui.duration(s) for s in (45, 600, 1300)] == ["45 秒", "10 分钟", "21 分 40 秒"]


@pytest.mark.parametrize(
    ("fraction", "words"), [(1, "100%"), (Decimal("0.999"), "99%"), (0.96, "96%"), (None, "0%")]
)
def test_percent_says_all_only_of_all(fraction: float | None, words: str) -> None:
    assert lms_ui.percent(fraction) == words


def test_dates_are_shanghais() -> None:
    late = datetime(2026, 5, 19, 17, 6, tzinfo=UTC)

    assert lms_ui.day(late) == "2026 年 5 月 20 日"
    assert lms_ui.day_short(late) == "5 月 20 日"
    assert lms_ui.month(late) == "2026 年 5 月"
    assert lms_ui.weekday(late) == "周三"
    assert lms_ui.day_iso(late) == "2026-05-20"
    assert lms_ui.moment(late) == "5 月 20 日 01:06"
    assert lms_ui.time_of_day(late) == "01:06"
    assert lms_ui.day(date(2026, 8, 31)) == "2026 年 8 月 31 日"
    assert lms_ui.day(None) == ""


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (5, "01:06，不到 1 分钟", "01:06, less than 1 min"),
        (59, "01:06，不到 1 分钟", "01:06, less than 1 min"),
        (60, "01:06—01:07", "01:06—01:07"),
        (2100, "01:06—01:41", "01:06—01:41"),
    ],
)
def test_a_stretch_within_a_minute_is_said_so(seconds: int, chinese: str, english: str) -> None:
    start = datetime(2026, 5, 19, 17, 6, tzinfo=UTC)
    end = start + timedelta(seconds=seconds)

    assert lms_ui.time_span(start, end) == chinese
    with translation.override("en"):
        assert lms_ui.time_span(start, end) == english


def test_dates_in_english() -> None:
    with translation.override("en"):
        assert lms_ui.day(date(2026, 5, 20)) == "20 May 2026"


def test_badge_has_words_and_an_icon_beside_its_colour() -> None:
    html = render('{% badge "pending" %}{% badge "confirmed" "学校已确认" %}')

    assert 'class="badge badge--pending"' in html
    assert "#i-clock" in html
    assert "待确认" in html
    assert "学校已确认" in html


def test_phone_is_recognised_by_its_owner_only() -> None:
    assert lms_ui.masked_phone("+8613800001111") == "138 **** 1111"
    assert lms_ui.masked_phone("+85261234567") == "+852 **** 4567"
    assert lms_ui.masked_phone("") == ""


class Sample(forms.Form):
    hours = forms.DecimalField(label="学时", help_text="最多两位小数", max_value=9)
    why = forms.ChoiceField(
        label="理由", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect
    )
    remind = forms.BooleanField(label="提醒我", required=False)
    key = forms.CharField(widget=forms.HiddenInput, initial="k")
    email = forms.EmailField(
        label="邮箱", required=False, widget=forms.EmailInput(attrs={"placeholder": "邮箱"})
    )


def test_form_renders_in_the_platforms_layout_and_ties_errors_to_controls() -> None:
    html = render("{{ form }}", form=Sample({"hours": "12", "key": "k"}))

    assert '<input type="number" name="hours" value="12"' in html
    assert 'aria-describedby="id_hours_helptext id_hours_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="field__hint" id="id_hours_helptext">最多两位小数</div>' in html
    assert '<div id="id_hours_error">' in html
    assert '<legend class="field__label">理由</legend>' in html
    assert 'class="tick"' in html
    assert '<input type="hidden" name="key" value="k"' in html
    assert "placeholder" not in html


def test_day_ahead_names_the_year_unless_it_is_this_one() -> None:
    last_day = timezone.localdate().replace(month=12, day=31)
    later = last_day.replace(year=last_day.year + 4)

    assert lms_ui.day_ahead(last_day) == "12 月 31 日"
    assert lms_ui.day_ahead(later) == f"{later.year} 年 12 月 31 日"
