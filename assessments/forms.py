"""What comes in: answers from a page or a script, questions from their author."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from assessments.domain.papers import option_lines, parse_options
from assessments.domain.problems import UnknownAnswer
from assessments.kinds.base import Malformed, kinds
from lms.api.people import Provider, providers_taught_by

#: Names of the form's controls: this and the question's key.
FIELD = "q-"


def answers_from_form(data: QueryDict) -> dict[str, list[str]]:
    """Answers by question, unchecked."""
    return {
        name.removeprefix(FIELD): chosen for name, chosen in data.lists() if name.startswith(FIELD)
    }


def answers_from_json(request: HttpRequest) -> dict[str, list[str]]:
    """Answers by question from `{"answers": {key: [option, ...]}}`. Raises UnknownAnswer for any other shape."""
    try:
        answers = json.loads(request.body)["answers"]
        well_formed = all(
            isinstance(chosen, list) and all(isinstance(one, str) for one in chosen)
            for chosen in answers.values()
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnknownAnswer from None
    if not well_formed:
        raise UnknownAnswer
    return answers


class PaperForm(WagtailAdminModelForm):
    """A paper, for one of the author's providers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = own_providers(self.for_user) if self.for_user else []
        field = self.fields["provider"]
        field.queryset = Provider.objects.filter(pk__in=[one.pk for one in own])
        if len(own) == 1:
            field.initial = own[0].pk
            field.empty_label = None


def own_providers(person: Any) -> Sequence[Provider]:
    """The providers whose papers a person edits today; all for the superuser."""
    if person.is_superuser:
        return list(Provider.objects.all())
    return providers_taught_by(person, timezone.localdate())


def _kind_choices() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in kinds.all()]


class QuestionForm(WagtailAdminModelForm):
    """A question whose options are written as lines, as they come out of a text document."""

    kind = forms.ChoiceField(label=_("kind"), choices=_kind_choices)
    lines = forms.CharField(
        label=_("options"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "One option a line. Begin right ones with *. For true or false write only 对 or 错."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.options:
            self.fields["lines"].initial = "\n".join(option_lines(self.instance))

    def clean(self) -> Mapping[str, Any]:
        """Turn the lines into options; a mistake is said at the lines."""
        cleaned = super().clean()
        if "lines" in cleaned and "kind" in cleaned:
            try:
                self.instance.options = parse_options(
                    cleaned["kind"], cleaned["lines"].splitlines()
                )
            except Malformed as error:
                self.add_error("lines", str(error))
        return cleaned
