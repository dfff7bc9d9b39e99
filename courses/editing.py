"""The editor of courses: what saves itself, and when.

Wagtail's editor does not hold back its form while it saves by itself (8.0: `w-autosave` keeps a promise that nobody but
it waits for). Handed in meanwhile, a new page is made twice, since the form still goes to the address for new ones, and
a draft could get what was saved by itself on top of what was handed in.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.viewsets.pages import PageViewSet

from courses import rules
from courses.models.pages import CoursePage


class CreateCourse(CreateView):
    """A new course is there once it has been saved by its button."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without saving by itself."""
        self.autosave_enabled = False
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


class EditCourse(EditView):
    """A draft saves itself for those who make it; one save at a time."""

    autosave_enabled: bool

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        """One after the other: whatever saves itself after the course was handed in is refused as out of date."""
        if request.method != "POST":
            response: HttpResponseBase = super().dispatch(request, page_id, **kwargs)
            return response
        with transaction.atomic():
            # Evaluated for its lock alone.
            list(CoursePage.objects.select_for_update(of=("self",)).filter(pk=page_id))
            answer: HttpResponseBase = super().dispatch(request, page_id, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Save by itself what only its makers see.

        Not for moderators: whoever has changed a course cannot approve it, and a key pressed by mistake is no change.
        """
        self.autosave_enabled = (
            self.autosave_enabled
            and not self.page.live
            and not self.page.workflow_in_progress
            and not rules.may_moderate_course(self.request.user, self.page)
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


class CourseViews(PageViewSet):
    """Our editor for courses."""

    model = CoursePage
    add_view_class = CreateCourse
    edit_view_class = EditCourse
