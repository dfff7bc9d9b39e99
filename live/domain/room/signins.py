"""Sign-ins (签到): now, or at moments that chance draws when the lesson starts and nobody in the room can know."""

import datetime
import secrets
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from live.core.chance import CALM_S, moments
from live.domain.errors import Refused
from live.domain.room import prompts
from live.enums import Happening, PromptKind
from live.models.lesson import Lesson, LessonEvent
from live.models.room import PlannedSignIn, Prompt, Room

MOST_RANDOM = 6
#: What was due longer ago than this, while no process ran, is dropped: the room has moved on.
STALE = datetime.timedelta(minutes=5)


def ask_now(
    *,
    lesson_id: uuid.UUID,
    window_s: int,
    by_id: int,
    at: datetime.datetime,
    public_id: uuid.UUID | None = None,
) -> Prompt:
    """The trainer asks for a sign-in. One at a time. Raises Refused."""
    if running(lesson_id, at, but=public_id):
        raise Refused("sign-in-runs", _("A sign-in is running already. Wait until it is over."))
    return prompts.ask(
        lesson_id=lesson_id,
        kind=PromptKind.SIGN_IN,
        title="",
        options=(),
        right=(),
        window_s=window_s,
        by_id=by_id,
        at=at,
        public_id=public_id,
    )


def running(
    lesson_id: uuid.UUID, at: datetime.datetime, but: uuid.UUID | None = None
) -> Prompt | None:
    """The sign-in that is open now."""
    newest = Prompt.objects.filter(lesson=lesson_id, kind=PromptKind.SIGN_IN)
    if but is not None:
        newest = newest.exclude(pk=but)
    last = newest.order_by("asked_at").last()
    return last if last is not None and prompts.ends_at(last) >= at else None


@transaction.atomic
def set_random(*, lesson_id: uuid.UUID, count: int, at: datetime.datetime) -> list[PlannedSignIn]:
    """How many sign-ins chance asks for; drawn at the start, or at once where the lesson runs. Raises Refused."""
    if not 0 <= count <= MOST_RANDOM:
        raise Refused(
            "bad-count", _("At most %(most)d sign-ins by chance.") % {"most": MOST_RANDOM}
        )
    lesson = Lesson.objects.select_for_update().get(pk=lesson_id)
    Room.objects.update_or_create(lesson=lesson, defaults={"random_signins": count})
    started = LessonEvent.objects.filter(lesson=lesson, kind=Happening.STARTED).first()
    return [] if started is None else _draw(lesson, started.at, count, at)


@transaction.atomic
def draw(lesson: Lesson, at: datetime.datetime) -> list[PlannedSignIn]:
    """The moments of a lesson that starts at `at`, stored; drawn again, those that are still to come are drawn anew."""
    room = Room.objects.filter(lesson=lesson).first()
    return _draw(lesson, at, room.random_signins if room else 0, at)


def _draw(
    lesson: Lesson, started_at: datetime.datetime, count: int, at: datetime.datetime
) -> list[PlannedSignIn]:
    PlannedSignIn.objects.filter(lesson=lesson, prompt=None).delete()
    left = count - PlannedSignIn.objects.filter(lesson=lesson).count()
    start_s = max(CALM_S, int((at - started_at).total_seconds()))
    drawn = moments(
        start_s=start_s,
        end_s=lesson.planned_minutes * 60,
        count=left,
        below=secrets.randbelow,
        window_s=prompts.SIGN_IN_S,
    )
    return PlannedSignIn.objects.bulk_create(
        PlannedSignIn(
            lesson=lesson, ask_at=started_at + datetime.timedelta(seconds=second), drawn_at=at
        )
        for second in drawn
    )


@transaction.atomic
def ask_due(at: datetime.datetime) -> list[Prompt]:
    """Ask what is due in all lessons that are on air; each moment is asked once, whoever comes to ask.

    What fell into a sign-in that the trainer had just asked for waits until that is over.
    """
    # Locked and skipped: two processes that look in the same second ask once.
    due = (
        PlannedSignIn.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            prompt=None,
            ask_at__lte=at,
            ask_at__gt=at - STALE,
            lesson__events__kind=Happening.STARTED,
        )
        .exclude(lesson__events__kind=Happening.ENDED)
    )
    asked = []
    for planned in due:
        if running(planned.lesson_id, at):
            continue
        planned.prompt = prompts.ask(
            lesson_id=planned.lesson_id,
            kind=PromptKind.SIGN_IN,
            title="",
            options=(),
            right=(),
            window_s=prompts.SIGN_IN_S,
            by_id=None,
            at=at,
        )
        planned.save(update_fields=["prompt"])
        asked.append(planned.prompt)
    return asked
