"""The words of live lessons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LessonState(models.TextChoices):
    """Where a lesson is."""

    SCHEDULED = "scheduled", _("Not begun yet")
    LIVE = "live", _("On air")
    ENDED = "ended", _("Ended")


class Happening(models.TextChoices):
    """What changes a lesson's state; each happens once."""

    STARTED = "started", _("Started")
    ENDED = "ended", _("Ended")
