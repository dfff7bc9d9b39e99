"""What cannot be done with a course, in sentences for whoever tried."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _


class NotReady(PermissionDenied):
    """The course cannot be published as it is; `problems` are sentences. Answered like any refusal."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


class OwnCourse(PermissionDenied):
    """Somebody tried to publish what they made, or is no moderator of the provider."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "A course is published by a moderator of its provider who neither made nor changed it. "
                "Ask another moderator."
            )
        )


class CannotEnrol(Exception):
    """The course cannot be joined now; the sentence says why."""

    code = "cannot-enrol"

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))
