"""Personal detail goes by rules that are data, and a person's by request; what it proved stays proved."""

import datetime
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lms.credit.core.lines import day_of
from lms.credit.core.retention import SHIPPED, Rule, read_rules
from lms.credit.domain.erase import erase
from lms.credit.enums import Erasable
from lms.credit.errors import StillHere
from lms.credit.fields import private_storage
from lms.credit.queries import retention as reads
from lms.plugins.hooks import PersonalData, Traces
from lms.plugins.registry import registry

if TYPE_CHECKING:
    from lms.people.models.person import Person

BATCH = 1000
ON_REQUEST = "on request, after leaving"

_FINDS: Mapping[tuple[str, str], Callable[[datetime.datetime, int], list[int]]] = {
    ("devices", "registered"): reads.details_registered,
    ("devices", "recorded"): reads.details_recorded,
    ("proofs", "decided"): reads.proofs_decided,
}
_WHAT = {"devices": Erasable.DETAIL, "proofs": Erasable.PROOF}


def shipped_rules() -> tuple[Rule, ...]:
    """The rules in `lms/credit/retention.toml`."""
    return read_rules(SHIPPED.read_text(encoding="utf-8"))


def run(
    *, at: datetime.datetime, rules: tuple[Rule, ...] | None = None, batch: int = BATCH
) -> dict[str, int]:
    """Erase what falls under the rules now; how much by each rule's id. Can be stopped and run again at any time.

    What plugins made evidence from goes with its detail, and is not counted.
    """
    done: dict[str, int] = {}
    for rule in shipped_rules() if rules is None else rules:
        find, what = _FINDS[rule.erases, rule.since], _WHAT[rule.erases]
        done[rule.id] = 0
        while found := find(rule.before(at), batch):
            done[rule.id] += _erase(what, found, rule=rule.words, by=None, at=at)
        if (rule.erases, rule.since) == ("devices", "recorded"):
            # What led to no evidence at all: somebody watched half of a video once.
            for traces in registry.all(Traces):
                traces.forget_before(rule.before(at))
    return done


@transaction.atomic
def erase_person(*, person: "Person", by: "Person | None", at: datetime.datetime) -> int:
    """Forget who somebody was, at their request, once no post or duty of theirs goes on; how many rows went.

    Reasons, devices, what was said about flags, files that name nobody else, papers, sign-in and the name go. Hours,
    their evidence and their proof stay, under a number. Raises StillHere.
    """
    on = day_of(at)
    if person.roles_on(on) or person.duties_on(on):
        raise StillHere
    gone = 0
    for what, subjects in reads.personal_words(person).items():
        gone += _erase(what, subjects, rule=ON_REQUEST, by=by, at=at)
    for kept in registry.all(PersonalData):
        kept.erase(person)
    person.name = _("(erased)")
    person.save(update_fields=["name"])
    return gone


@transaction.atomic
def _erase(
    what: Erasable,
    subjects: list[int],
    *,
    rule: str,
    by: "Person | None",
    at: datetime.datetime,
) -> int:
    files = reads.files_of(subjects) if what == Erasable.PROOF else []
    if what == Erasable.DETAIL:
        for traces in registry.all(Traces):
            traces.forget(reads.told_by(subjects, traces.evidence_kind))
    gone = erase(what, subjects, rule=rule, by=by, at=at)
    # After the commit: a file without its row is found by nobody, a row without its file would lie.
    for name in files:
        transaction.on_commit(partial(private_storage().delete, name))
    return gone
