"""What a trainer fills in."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from live import queries
from live.models.lesson import Lesson
from lms.api.people import Person, Provider


class LessonForm(forms.Form):
    """What may change of a lesson until it begins."""

    title = forms.CharField(label=_("Title"), max_length=120)
    starts_at = forms.DateTimeField(
        label=_("Starts at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    planned_minutes = forms.IntegerField(
        label=_("Planned length in minutes"), min_value=5, max_value=600, initial=45
    )


class CoHostForm(forms.Form):
    """A trainer of the provider who may give the lesson too."""

    person = forms.ModelChoiceField(
        label=_("Trainer of this provider"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, lesson: Lesson, **kwargs: Any) -> None:
        """Only those whom the lesson does not have yet."""
        super().__init__(*args, **kwargs)
        have = {lesson.trainer_id, *lesson.co_hosts.values_list("pk", flat=True)}
        trainers = queries.trainers_of(lesson.provider, timezone.localdate()).exclude(pk__in=have)
        self.fields["person"].queryset = trainers  # type: ignore[attr-defined]


class ScheduleForm(LessonForm):
    """A lesson to be given."""

    provider = forms.ModelChoiceField(
        label=_("Provider"), queryset=Provider.objects.none(), empty_label=None
    )
    answer_percent = forms.IntegerField(
        label=_("Sign-ins to answer (%)"),
        help_text=_("Below that only the replay counts. It cannot be changed afterwards."),
        min_value=0,
        max_value=100,
        initial=50,
    )
    join_by_minutes = forms.IntegerField(
        label=_("Late after (minutes)"), min_value=0, max_value=120, initial=10
    )
    field_order = ["title", "provider", "starts_at", "planned_minutes"]

    def __init__(self, *args: Any, providers: Any, **kwargs: Any) -> None:
        """`providers`: those the trainer works for today."""
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The rule as lessons keep it."""
        data = super().clean() or {}
        answer, late = data.pop("answer_percent", None), data.pop("join_by_minutes", None)
        if answer is None or late is None:
            return data
        return data | {"answer_at": Decimal(answer) / 100, "join_by_s": late * 60}


class AssistantsForm(forms.Form):
    """Who looks after a lesson's room."""

    assistants = forms.ModelMultipleChoiceField(
        label=_("Assistants"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        """`people`: those who may be named."""
        super().__init__(*args, **kwargs)
        self.fields["assistants"].queryset = people  # type: ignore[attr-defined]


class WordListForm(forms.Form):
    """Words that chats do not show, one a line."""

    words = forms.CharField(
        label=_("Words, one a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class OutageForm(forms.Form):
    """A time in which the room was down."""

    from_at = forms.DateTimeField(
        label=_("From"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
    )
    to_at = forms.DateTimeField(
        label=_("To"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
    )
    because = forms.CharField(label=_("What happened"), max_length=300)
    has_fallback = forms.BooleanField(
        label=_("Replay and discussion stand for the lesson"),
        help_text=_(
            "Learners then complete it by its replay and something that they write about it."
        ),
        required=False,
    )


class PlaceField(forms.CharField):
    """Seconds of a recording, shown as a player shows them: 26:51, 1:02:03. Plain seconds are taken, too."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "no-time": _("Write it as the player shows it, as 26:51 or 1:02:03.")
    }

    def prepare_value(self, value: Any) -> Any:
        """Seconds as a clock; what was typed stays as it was."""
        if not isinstance(value, int):
            return value
        minutes, seconds = divmod(value, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]  # a number is what comes of the text
        """Whole seconds. Raises ValidationError."""
        parts = str(super().to_python(value)).replace("：", ":").split(":")
        if parts == [""]:
            return None
        if len(parts) > 3 or not all(one.isdecimal() and len(one) <= 6 for one in parts):
            raise forms.ValidationError(self.error_messages["no-time"], code="no-time")
        return sum(int(one) * 60**power for power, one in enumerate(reversed(parts)))


class CutForm(forms.Form):
    """Where a replay begins and ends."""

    from_s = PlaceField(label=_("Begins at"))
    to_s = PlaceField(label=_("Ends at"))
