"""What other parts may import: making papers, and adding kinds of question."""

from assessments.core.marking import all_or_nothing
from assessments.domain.papers import NewQuestion, create_paper
from assessments.kinds.base import Malformed, Option, QuestionKind, kinds, star_lines, starred

__all__ = [
    "Malformed",
    "NewQuestion",
    "Option",
    "QuestionKind",
    "all_or_nothing",
    "create_paper",
    "kinds",
    "star_lines",
    "starred",
]
