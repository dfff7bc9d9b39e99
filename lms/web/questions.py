"""Flags as pages show them: a question, what was answered, and what a named person decided."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lms.credit.enums import FlagAct, FlagState
from lms.credit.models.flag import Flag
from lms.plugins.hooks import FlagKind
from lms.plugins.registry import registry
from lms.web.steps import Step

if TYPE_CHECKING:
    from lms.credit.models.flag import FlagStep


@dataclass(frozen=True)
class Question:
    """One flag for a page."""

    flag: Flag

    @property
    def id(self) -> str:
        """Its public id, as in addresses."""
        return str(self.flag.public_id)

    @property
    def label(self) -> str | Promise:
        """In a few words, for lists; one general sentence where its plugin is not installed."""
        kind = registry.get(FlagKind, self.flag.kind)
        return kind.label if kind else _("Something to look at")

    @property
    def ask(self) -> str:
        """The whole of it in a sentence."""
        kind = registry.get(FlagKind, self.flag.kind)
        return kind.ask(self.flag.facts) if kind else _("Something to look at")

    @property
    def about(self) -> str:
        """What the evidence is of, in its own words."""
        facts = self.flag.evidence.facts
        return str(facts.get("title") or self.flag.evidence.subject)

    @property
    def state(self) -> str | Promise:
        """What is known of it, in words."""
        return self.flag.state.label

    @property
    def is_open(self) -> bool:
        """Nobody has decided it, or the teacher appeals."""
        return self.flag.state in {FlagState.OPEN, FlagState.APPEALED}

    @property
    def answered(self) -> bool:
        """The teacher has said something."""
        return any(one.act == FlagAct.ANSWER for one in self.flag.steps.all())

    @property
    def can_answer(self) -> bool:
        """An answer still changes something."""
        final = any(one.final for one in self.flag.steps.all())
        return self.flag.state != FlagState.FINE and not final

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened so far."""
        raised = Step(
            css="care", at=self.flag.raised_at, words=_("Raised by itself: hours stay as they are")
        )
        return (raised, *(_step(one) for one in self.flag.steps.all()))


def _step(step: "FlagStep") -> Step:
    words = {
        FlagAct.ANSWER: _("%(who)s answered"),
        FlagAct.FINE: _("%(who)s: nothing wrong with it"),
        FlagAct.STANDS: _("%(who)s: the question stands"),
    }[FlagAct(step.act)]
    return Step(
        css="done" if step.act == FlagAct.FINE else "care",
        at=step.at,
        words=words % {"who": step.by.name},
        because=step.text,
        erased=not step.text,
    )
