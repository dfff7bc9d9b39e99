"""The courses plugin."""

from django.utils.translation import gettext_lazy as _

from lms.api.plugins import PluginConfig


class CoursesConfig(PluginConfig):
    """Catalogue, modules, enrolment and progress."""

    name = "courses"
    verbose_name = _("Courses")
    version = "0.1.0"
    requires_api = 1
