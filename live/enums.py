"""The words of live lessons."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LessonState(models.TextChoices):
    """Where a lesson is."""

    SCHEDULED = "scheduled", _("Not begun yet")
    LIVE = "live", _("On air")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class Happening(models.TextChoices):
    """What changes a lesson's state; each happens once."""

    STARTED = "started", _("Started")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class RoomRole(models.TextChoices):
    """What somebody is in a room; the page's ticket says it, every act asks it."""

    LEARNER = "learner", _("learner")
    ASSISTANT = "assistant", _("assistant")
    HOST = "host", _("trainer")


class MessageFate(models.TextChoices):
    """What became of a message."""

    SHOWN = "shown", _("Shown")
    FILTERED = "filtered", _("Kept back by the word filter")


class Looked(models.TextChoices):
    """Which messages somebody looks for in the log."""

    REPORTED = "reported", _("Reported")
    REMOVED = "removed", _("Taken off the screens")
    FILTERED = "filtered", _("Kept back by the word filter")


class QuestionState(models.TextChoices):
    """How far a question has come."""

    WAITING = "waiting", _("Waiting to be let through")
    OPEN = "open", pgettext_lazy("question", "Open")
    NOW = "now", _("Being answered now")
    ANSWERED = "answered", pgettext_lazy("question", "Answered")
    MERGED = "merged", _("Merged with another")
    DECLINED = "declined", _("Not let through")


class PromptKind(models.TextChoices):
    """What the room is asked for."""

    SIGN_IN = "sign-in", _("Sign-in")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    TRUE_FALSE = "true-false", _("True or false")


class FileKind(models.TextChoices):
    """What a handed-out file is, by its content."""

    PDF = "pdf", "PDF"
    PICTURE = "picture", _("Picture")
    WORD = "word", _("Document")
    EXCEL = "excel", _("Spreadsheet")
    SLIDES = "slides", _("Slides")


class DeckState(models.TextChoices):
    """How far a file of slides is."""

    WAITING = "waiting", pgettext_lazy("hand", "Waiting")
    WORKING = "working", _("Being made into pictures")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")


class NoticeKind(models.TextChoices):
    """What people are told about a lesson."""

    SOON = "soon", _("Begins soon")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    SILENT = "silent", _("Ends soon for want of a picture")


class AttendanceState(models.TextChoices):
    """What a lesson came to for somebody."""

    ATTENDED = "attended", _("Attended")
    LATE = "late", _("Came late")
    LEFT_EARLY = "left-early", _("Not long enough")
    UNSEEN = "unseen", _("Sign-ins missed")
    ABSENT = "absent", _("Absent")


class Reaction(models.TextChoices):
    """A sign that flies over the picture."""

    LIKE = "like", _("Like")
    CLAP = "clap", _("Applause")
    FLOWER = "flower", _("Flower")
    UNDERSTOOD = "understood", _("Understood")
