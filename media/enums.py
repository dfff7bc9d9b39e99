"""The words of assets and jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AssetState(models.TextChoices):
    """How far a video has come: its upload, its job, its end."""

    DRAFT = "draft", _("being uploaded")
    QUEUED = "queued", _("waiting to be prepared")
    TRANSCODING = "transcoding", _("being prepared")
    READY = "ready", _("playable")
    REFUSED = "refused", _("cannot be used")


class JobState(models.TextChoices):
    """A job is queued, run under a lease, queued again when the lease runs out, and then done or failed."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class Stage(models.TextChoices):
    """What a running job is at."""

    WAITING = "waiting", _("Waiting for its turn")
    CHECKING = "checking", _("Looking into the file")
    ENCODING = "encoding", _("Making the versions for phone and desk")
    PUBLISHING = "publishing", _("Putting it into its place")
    OVER = "over", _("Finished")
