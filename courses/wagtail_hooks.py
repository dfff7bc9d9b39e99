"""Courses in Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.viewsets.pages import PageListingViewSet

from courses import rules
from courses.editing import CourseViews
from courses.models.pages import CoursePage


class CourseListing(PageListingViewSet):
    """Every course that one may see; the filters narrow them to one's own."""

    icon = "doc-full"
    menu_label = gettext_lazy("Courses")
    menu_order = 150
    add_to_admin_menu = True
    model = CoursePage


@hooks.register("register_admin_viewset")
def register_course_listing() -> CourseListing:
    """Courses have a place of their own in the menu."""
    return CourseListing("course_pages")


@hooks.register("register_admin_viewset")
def register_course_views() -> CourseViews:
    """The editor of courses is ours."""
    return CourseViews()


@hooks.register("before_edit_page")
def say_who_approves(request: HttpRequest, page: Any) -> None:
    """Tell moderators why the button is missing under a course that they had a hand in."""
    if (
        request.method == "GET"
        and isinstance(page, CoursePage)
        and page.workflow_in_progress
        and rules.may_moderate_course(request.user, page)
        and not rules.may_publish_course(request.user, page)
    ):
        sentence = _("You made or changed this course, so another moderator has to approve it.")
        messages.info(request, sentence)
