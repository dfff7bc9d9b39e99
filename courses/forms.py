"""The course editor's form."""

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from courses.domain.examine import check_chosen, problems_of
from lms.api.activities import check_missing_kept
from lms.api.credit import HourUnit, hour_unit_for


class CoursePageForm(WagtailAdminPageForm):
    """Drafts may be incomplete; what is submitted or published may not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and "minutes_per_hour" in self.fields:
            self.initial["minutes_per_hour"] = self._hour_unit().minutes
        if editor := self.fields.get("description"):
            # Wagtail's rich text editor is no form field to a browser, so its label does not name it.
            editor.widget.options = editor.widget.options | {"ariaLabel": str(editor.label)}

    @cached_property
    def changed_data(self) -> list[str]:
        """A description is changed by its words: the editor numbers paragraphs anew, and has one where there is none.

        Else whoever approves a course before the editor has come would have changed it, and could approve it no longer.
        """
        changed: list[str] = super().changed_data
        if "description" in changed:
            before, after = self.initial.get("description"), self["description"].data
            if _unnumbered(before) == _unnumbered(after):
                return [name for name in changed if name != "description"]
        return changed

    def clean_modules(self) -> Any:
        """What the editor's menu and choosers do not offer is refused when it is sent by hand, in drafts too."""
        block, after = self.fields["modules"].block, self.cleaned_data["modules"]
        # A copy: a stream that was read compares as changed, also to whoever only approves it.
        before = block.to_python(block.get_prep_value(self.initial.get("modules")))
        check_missing_kept(before, after)
        check_chosen(self.for_user, before, after)
        return after

    def clean_minutes_per_hour(self) -> int:
        """No shorter than the bureaus reckon that accredit the provider, or its courses would be worth too much."""
        minutes: int = self.cleaned_data["minutes_per_hour"]
        unit = self._hour_unit()
        if unit.quote and minutes < unit.minutes:
            words = _("By the policy of the provider's bureau an hour has %(minutes)s minutes.")
            raise forms.ValidationError(words % {"minutes": unit.minutes})
        return minutes

    def _hour_unit(self) -> HourUnit:
        provider = self.instance.provider if self.instance.provider_id else None
        return hour_unit_for(provider or self.parent_page.specific.provider, timezone.localdate())

    def _post_clean(self) -> None:
        if not self.instance.provider_id:
            self.instance.provider = self.parent_page.specific.provider
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for problem in problems_of(self.instance, timezone.localdate()):
            self.add_error(None, problem)


def _unnumbered(text: str | None) -> str:
    """A rich text without the keys of its paragraphs; nothing where it is one empty paragraph."""
    bare = re.sub(r' data-block-key="[^"]*"', "", text or "")
    return "" if bare == "<p></p>" else bare
