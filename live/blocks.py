"""The block by which a course's editor chooses a live lesson."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.blocks import DecimalBlock, FieldBlock, StructBlock

from live.models.lesson import Lesson
from live.wording import lesson_line

CHOOSER = "live_lesson_chooser"
USUAL_SHARE = Decimal("0.8")


class LessonChooserWidget(BaseChooser):
    """Opens the chooser; shows what is chosen and when it is."""

    model = Lesson
    icon = "media"
    choose_one_text = _("Choose a live lesson")
    choose_another_text = _("Choose another live lesson")
    chooser_modal_url_name = f"{CHOOSER}:choose"
    show_edit_link = False

    def get_instance(self, value: Any) -> Lesson | None:
        """The lesson of a public id."""
        if isinstance(value, Lesson):
            return value
        try:
            return Lesson.objects.filter(pk=uuid.UUID(str(value))).first()
        except ValueError:
            return None

    def get_display_title(self, instance: Lesson) -> str:
        """Title, when, how long."""
        return lesson_line(instance)

    def get_value_data_from_instance(self, instance: Lesson) -> dict[str, Any]:
        """What the widget's script needs."""
        return {"id": str(instance.pk), "title": self.get_display_title(instance), "edit_url": None}


class LessonRefBlock(FieldBlock):
    """A lesson, stored as its public id: courses hold no foreign key to a plugin."""

    def __init__(self, **kwargs: Any) -> None:
        self.widget = LessonChooserWidget()
        self.field = forms.CharField(widget=self.widget)
        super().__init__(**kwargs)

    def get_form_state(self, value: Any) -> dict[str, Any] | None:
        """What the editor shows of the stored id."""
        return self.widget.get_value_data(value) if value else None

    def clean(self, value: Any) -> str:
        """The id of a lesson that exists."""
        lesson = self.widget.get_instance(super().clean(value))
        if lesson is None:
            raise ValidationError(_("This lesson is no longer here. Choose another one."))
        return str(lesson.pk)

    class Meta:
        icon = "media"


def lesson_block() -> StructBlock:
    """A lesson and the share of it that has to be attended, live or by its replay."""
    return StructBlock(
        [
            ("ref", LessonRefBlock(label=_("Live lesson"))),
            (
                "minimum",
                DecimalBlock(
                    label=_("Share to attend"),
                    help_text=_(
                        "From 0.1 to 1: with 0.8, whoever was there for eight tenths of the lesson, live or in its "
                        "replay, has completed it."
                    ),
                    min_value=Decimal("0.1"),
                    max_value=1,
                    max_digits=4,
                    decimal_places=3,
                    default=USUAL_SHARE,
                ),
            ),
        ],
        label=_("Live lesson"),
        icon="media",
    )
