"""Courses as trainers write them, versions as learners take them, and who takes them."""

from courses.models.enrolment import CourseVersion, Enrolment
from courses.models.pages import CataloguePage, CoursePage, ProviderPage

__all__ = [
    "CataloguePage",
    "CoursePage",
    "CourseVersion",
    "Enrolment",
    "ProviderPage",
]
