"""The course editor's form."""

from wagtail.admin.forms import WagtailAdminPageForm

from courses.domain.examine import problems_of


class CoursePageForm(WagtailAdminPageForm):
    """Drafts may be incomplete; what is submitted or published may not."""

    def _post_clean(self) -> None:
        if not self.instance.provider_id:
            self.instance.provider = self.parent_page.specific.provider
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for problem in problems_of(self.instance):
            self.add_error(None, problem)
