"""All that the courses plugin contributes."""

from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from courses import access, demo, home, openings, personal_data, queries
from courses.domain.publish import keep_versions
from courses.forms import CoursePageForm
from courses.models.pages import CoursePage
from courses.receivers import make_pages, note_completion
from lms.api.events import credit_booked, credit_exhausted, provider_opened
from lms.api.hooks import (
    DemoPart,
    HomePanel,
    NavItem,
    NextStep,
    Openings,
    PermissionRow,
    PersonalData,
    Registry,
    SubjectAccess,
    Who,
)

ROWS = (
    PermissionRow(key="courses:catalogue", who=(Who.PUBLIC,)),
    PermissionRow(key="courses:course", who=(Who.PUBLIC,), foreign="unpublished_course"),
    PermissionRow(key="courses:mine", who=(Who.SIGNED_IN,)),
    PermissionRow(key="courses:enrol", who=(Who.SIGNED_IN,), foreign="unpublished_course"),
    PermissionRow(key="courses:leave", who=(Who.SIGNED_IN,), foreign="course"),
    PermissionRow(key="courses:step", who=(Who.SIGNED_IN,), foreign="course_step"),
    PermissionRow(key="courses:progress", who=(Who.SIGNED_IN,), foreign="course_step"),
)


def register(registry: Registry) -> None:
    """Add the contributions, and listen to what is saved, booked and opened."""
    registry.add(
        *ROWS,
        NavItem(
            key="courses.catalogue",
            label=_("Courses"),
            url_name="courses:catalogue",
            icon="courses",
            order=20,
            visible=lambda person: True,
        ),
        DemoPart(key="courses.demo", load=demo.load, learn=demo.learn, order=30),
        SubjectAccess(
            key="courses.enrolled",
            may_use=access.may_use,
            usable=queries.subjects_of,
            offered=access.offered,
            left=queries.left,
        ),
        PersonalData(
            key="courses.enrolments", export=personal_data.export, erase=personal_data.erase
        ),
        Openings(key="courses.openings", find=openings.find),
        NextStep(key="courses.next", order=10, find=home.next_activity),
        HomePanel(
            key="courses.mine",
            order=30,
            for_=Who.TEACHER,
            template="courses/home_mine.html",
            context=home.mine,
        ),
        HomePanel(
            key="courses.to_begin",
            order=20,
            for_=Who.TEACHER,
            template="courses/home_newest.html",
            context=home.to_begin,
        ),
        HomePanel(
            key="courses.newest",
            order=10,
            for_=Who.PUBLIC,
            template="courses/home_newest.html",
            context=home.newest,
        ),
    )
    # Forms stand above models, so the page learns of its form here.
    CoursePage.base_form_class = CoursePageForm
    post_save.connect(keep_versions, sender=CoursePage, dispatch_uid="courses.keep_versions")
    credit_booked.connect(note_completion, dispatch_uid="courses.note_completion")
    credit_exhausted.connect(note_completion, dispatch_uid="courses.note_completion")
    provider_opened.connect(make_pages, dispatch_uid="courses.make_pages")
