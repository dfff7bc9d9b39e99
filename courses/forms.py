"""The course editor's form."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from courses.domain.examine import check_chosen, problems_of
from lms.api.activities import check_missing_kept


class CoursePageForm(WagtailAdminPageForm):
    """Drafts may be incomplete; what is submitted or published may not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editor := self.fields.get("description"):
            # Wagtail's rich text editor is no form field to a browser, so its label does not name it.
            editor.widget.options = editor.widget.options | {"ariaLabel": str(editor.label)}

    def clean_modules(self) -> Any:
        """What the editor's menu and choosers do not offer is refused when it is sent by hand, in drafts too."""
        block, after = self.fields["modules"].block, self.cleaned_data["modules"]
        # A copy: a stream that was read compares as changed, also to whoever only approves it.
        before = block.to_python(block.get_prep_value(self.initial.get("modules")))
        check_missing_kept(before, after)
        check_chosen(self.for_user, before, after)
        return after

    def _post_clean(self) -> None:
        if not self.instance.provider_id:
            self.instance.provider = self.parent_page.specific.provider
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for problem in problems_of(self.instance):
            self.add_error(None, problem)
