"""Why something could not be done. `code` for scripts, `str()` the sentence for people."""

from datetime import datetime
from typing import ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


class QuizProblem(Exception):
    """A refusal with a sentence. Nothing was changed."""

    code: ClassVar[str]


class NotReady(QuizProblem):
    """The paper cannot be asked, or not be marked: no questions, or a kind whose plugin is gone."""

    code = "not-ready"


def kind_missing() -> str:
    """The sentence for a question whose kind no installed plugin knows."""
    return _("A question needs a plugin that is not installed here.")


class Closed(QuizProblem):
    """The paper took answers until a moment that has passed."""

    code = "closed"

    def __init__(self, closed_at: datetime) -> None:
        moment = date_format(
            timezone.localtime(closed_at), pgettext("date format", "j F Y, H:i"), use_l10n=False
        )
        super().__init__(
            _("This quiz closed on %(moment)s. Answers saved before that are kept.")
            % {"moment": moment}
        )


class NoAttemptsLeft(QuizProblem):
    """Every allowed attempt was handed in."""

    code = "no-attempts-left"

    def __init__(self, allowed: int) -> None:
        super().__init__(
            ngettext(
                "This quiz can be taken once, and you have handed it in.",
                "This quiz can be taken %(allowed)d times, and you have handed in all of them.",
                allowed,
            )
            % {"allowed": allowed}
        )


class AlreadySubmitted(QuizProblem):
    """The attempt was handed in before, with other answers."""

    code = "already-submitted"

    def __init__(self) -> None:
        super().__init__(
            _("This attempt was handed in before. What counts is what was handed in first.")
        )


class UnknownAnswer(QuizProblem):
    """An answer names a question or an option that this attempt does not have."""

    code = "unknown-answer"

    def __init__(self) -> None:
        super().__init__(
            _(
                "An answer does not belong to this quiz, so nothing was handed in. "
                "Your saved answers are kept; reload the page and choose again."
            )
        )


class Unanswered(QuizProblem):
    """Questions without an answer; `keys` are theirs."""

    code = "unanswered"

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(
            ngettext(
                "%(count)d question has no answer yet. Your answers are kept.",
                "%(count)d questions have no answer yet. Your answers are kept.",
                len(keys),
            )
            % {"count": len(keys)}
        )
