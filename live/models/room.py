"""What people say and do in a lesson's room. What is counted or may be asked about later is only ever added to."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from live.enums import FileKind, MessageFate, PromptKind, QuestionState, RoomRole
from live.fields import private_storage
from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class Room(models.Model):
    """How a lesson's room is set up now. Made when it is first changed; without a row all is as the defaults say."""

    lesson = models.OneToOneField(
        Lesson,
        verbose_name=_("live lesson"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="room",
    )
    slow_s = models.PositiveSmallIntegerField(_("seconds between two messages"), default=0)
    approve_first = models.BooleanField(_("questions are approved first"), default=True)
    random_signins = models.PositiveSmallIntegerField(_("sign-ins at random moments"), default=0)
    countdown_until = models.DateTimeField(_("countdown until"), null=True)
    countdown_words = models.CharField(_("what is counted down to"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")

    def __str__(self) -> str:
        return str(self.lesson_id)


class Message(AppendOnly):
    """A line of chat, also one that the word filter kept from the others. `key` is the page's: a retry writes once."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="messages"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.UUIDField(_("key"))
    role = models.CharField(_("role"), max_length=16, choices=RoomRole.choices)
    text = models.CharField(_("text"), max_length=300)
    fate = models.CharField(_("fate"), max_length=16, choices=MessageFate.choices)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "-id"], name="message_of_lesson"),
            models.Index(fields=["lesson", "person", "-at"], name="message_of_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "person", "key"], name="message_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.pk}"


class MessageRemoval(AppendOnly):
    """A message was taken off the screens; the log keeps it."""

    message = models.OneToOneField(
        Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="removal"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("removal of a message")
        verbose_name_plural = _("removals of messages")

    def __str__(self) -> str:
        return str(self.message_id)


class MessageReport(AppendOnly):
    """Somebody asks the assistant to look at a message."""

    message = models.ForeignKey(
        Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="reports"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("report of a message")
        verbose_name_plural = _("reports of messages")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "by"], name="message_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.by_id}"


class MessageClearance(AppendOnly):
    """An assistant looked at a message that was reported and left it where it is."""

    message = models.OneToOneField(
        Message, verbose_name=_("message"), on_delete=models.PROTECT, related_name="clearance"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("reported message left as it is")
        verbose_name_plural = _("reported messages left as they are")

    def __str__(self) -> str:
        return str(self.message_id)


class Mute(AppendOnly):
    """Somebody may no longer write in a room, or may again; the newest row tells."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="mutes"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_muted = models.BooleanField(_("is muted"))
    #: When it ends by itself; None: with the lesson.
    until = models.DateTimeField(pgettext_lazy("moment", "to"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "person", "-id"], name="mute_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id} {self.is_muted}"


class WordList(models.Model):
    """Words that no chat shows: a provider's for its lessons, a bureau's for those of whom it accredits."""

    provider = models.OneToOneField(
        "people.Provider",
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
    )
    bureau = models.OneToOneField(
        "people.Organisation",
        verbose_name=_("bureau"),
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
    )
    words = models.TextField(_("words"), blank=True, max_length=20_000)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("list of filtered words")
        verbose_name_plural = _("lists of filtered words")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="word_list_has_one_owner",
                condition=Q(provider=None, bureau__isnull=False)
                | Q(provider__isnull=False, bureau=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.provider or self.bureau)


class Question(models.Model):
    """A question to the trainer and how far it has come; what was asked is never changed."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="questions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.UUIDField(_("key"))
    text = models.CharField(_("text"), max_length=300)
    at = models.DateTimeField(_("at"))
    state = models.CharField(_("state"), max_length=16, choices=QuestionState.choices)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), on_delete=models.PROTECT, related_name="+", null=True
    )
    #: Seconds of the recording at which the trainer took it up: where the replay has the answer.
    media_s = models.FloatField(_("taken up at, in seconds of the recording"), null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = pgettext_lazy("of a lesson", "question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "person", "key"], name="question_once"),
            models.CheckConstraint(
                name="question_merged_into_one",
                condition=Q(state=QuestionState.MERGED, merged_into__isnull=False)
                | (~Q(state=QuestionState.MERGED) & Q(merged_into=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class QuestionVote(AppendOnly):
    """Somebody wants a question answered, too."""

    question = models.ForeignKey(
        Question,
        verbose_name=pgettext_lazy("of a lesson", "question"),
        on_delete=models.PROTECT,
        related_name="votes",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("vote for a question")
        verbose_name_plural = _("votes for questions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["question", "person"], name="question_vote_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.person_id}"


class Hand(models.Model):
    """A raised hand: until it is lowered, and whether it was called on."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="hands"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    raised_at = models.DateTimeField(_("raised at"))
    called_at = models.DateTimeField(_("called on at"), null=True)
    lowered_at = models.DateTimeField(_("lowered at"), null=True)

    class Meta:
        verbose_name = _("raised hand")
        verbose_name_plural = _("raised hands")
        ordering = ["raised_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["lesson", "person"], condition=Q(lowered_at=None), name="hand_raised_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id}"


class Prompt(models.Model):
    """The room is asked: a sign-in, a poll or an answer card. Only its end and the showing of results come later."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="prompts"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=PromptKind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    options = models.JSONField(_("options"), default=list)
    #: Numbers of the right options; empty: there is none.
    right = models.JSONField(_("right options"), default=list)
    #: Who asked; nobody where chance did.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
    )
    asked_at = models.DateTimeField(_("asked at"))
    window_s = models.PositiveSmallIntegerField(_("seconds to answer in"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    shown_at = models.DateTimeField(_("results shown at"), null=True)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["asked_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "asked_at"], name="prompt_of_lesson")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="prompt_has_a_window", condition=Q(window_s__gt=0, window_s__lte=3600)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%H:%M}"


class PromptAnswer(AppendOnly):
    """An answer in time, by the server's clock.

    `key` is the page's own at a sign-in, so that a retry writes once and one that came from a connection that was not
    present spoils no later one; at a poll it is always zero: the first answer stands.
    """

    prompt = models.ForeignKey(
        Prompt, verbose_name=_("prompt"), on_delete=models.PROTECT, related_name="answers"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    key = models.UUIDField(_("key"))
    connection = models.UUIDField(_("connection"))
    choice = models.JSONField(_("chosen options"), default=list)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("answer to a prompt")
        verbose_name_plural = _("answers to prompts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["prompt", "person", "key"], name="prompt_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.person_id}"


class PlannedSignIn(models.Model):
    """A moment for a sign-in that chance drew when the lesson started; nobody in the room sees it before."""

    lesson = models.ForeignKey(
        Lesson,
        verbose_name=_("live lesson"),
        on_delete=models.PROTECT,
        related_name="planned_signins",
    )
    ask_at = models.DateTimeField(_("ask at"))
    drawn_at = models.DateTimeField(_("drawn at"))
    prompt = models.OneToOneField(
        Prompt, verbose_name=_("prompt"), on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("sign-in at a random moment")
        verbose_name_plural = _("sign-ins at random moments")
        ordering = ["ask_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["ask_at"], condition=Q(prompt=None), name="planned_signin_due")
        ]

    def __str__(self) -> str:
        return str(self.lesson_id)


class HandedFile(models.Model):
    """A file for those who attend."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="handed_files"
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=FileKind.choices)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(_("digest"), max_length=64)
    file = models.FileField(_("file"), storage=private_storage, upload_to="handed/%Y/%m")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("handed-out file")
        verbose_name_plural = _("handed-out files")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.name


class Taste(models.Model):
    """What somebody wants to see over the picture, in every room."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    barrage = models.BooleanField(_("chat flies over the picture"), default=True)
    reactions = models.BooleanField(_("reactions are shown"), default=True)

    class Meta:
        verbose_name = _("taste in rooms")
        verbose_name_plural = _("tastes in rooms")

    def __str__(self) -> str:
        return str(self.person_id)
