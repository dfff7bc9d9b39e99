"""The assessments plugin."""

from django.utils.translation import gettext_lazy as _

from lms.api.plugins import PluginConfig


class AssessmentsConfig(PluginConfig):
    """Questions, papers, attempts and marks."""

    name = "assessments"
    verbose_name = _("Assessments")
    version = "0.1.0"
    requires_api = 1
    url_prefix = "assessments/"
