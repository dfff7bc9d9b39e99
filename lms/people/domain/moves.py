"""Teachers go from school to school. One office lets them go, the other takes them; within one office it is one act.

The record of hours is not touched: what was earned keeps the school and bureau of its day. From the first day at the
new school its verifier decides what still waits, and the bureau it stands under registers.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lms.people import rules
from lms.people.domain.duties import end_duty
from lms.people.enums import POSTS_OF_A_SCHOOL, MoveOutcome, OrganisationKind, PolicyRole
from lms.people.errors import MoveRefused
from lms.people.models import Duty, Move, MoveAnswer, Organisation, Person, RoleSpell
from lms.people.permissions import require

if TYPE_CHECKING:
    from collections.abc import Iterable

FARTHEST = datetime.timedelta(days=366)
"""So far from today may the day of a move lie, back or ahead."""


@transaction.atomic
def let_go(
    *,
    by: Person,
    person: Person,
    origin: Organisation,
    target: Organisation,
    on: datetime.date,
    at: datetime.datetime,
    today: datetime.date,
    because: str = "",
) -> Move:
    """Let a teacher go from a school to another, or to a bureau that names the school; `on`: the first day there.

    Where `by` administers the new school too, the teacher is moved at once. Raises PermissionDenied, MoveRefused.
    """
    require(rules.may_let_go(by, person, origin, today))
    # Two officers in the same minute: one of them finds the other's move.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    _check_places(origin, target)
    _check_day(on, today)
    if Move.objects.filter(person=person, answer__isnull=True).exists():
        raise MoveRefused(_("This teacher has been let go already, and nobody has answered yet."))
    if not _spells(person, origin, on):
        raise MoveRefused(_("This teacher has no post there on the day before."))
    _check_began(_spells(person, origin, on), on)
    move = Move(
        person=person, origin=origin, target=target, on=on, because=because.strip(), by=by, at=at
    )
    move.full_clean(exclude=["person", "by"])
    move.save()
    if target.kind == OrganisationKind.SCHOOL and rules.may_take(by, person, target, today):
        take(by=by, move=move, school=target, at=at, today=today)
    return move


@transaction.atomic
def take(
    *, by: Person, move: Move, school: Organisation, at: datetime.datetime, today: datetime.date
) -> MoveAnswer:
    """Take a teacher who was let go: posts and duties at the old school end the day before, posts at `school` begin.

    Posts of one school alone (principal) do not come along. Raises PermissionDenied, MoveRefused.
    """
    require(rules.may_take(by, move.person, school, today))
    if school.kind != OrganisationKind.SCHOOL or not school.is_within(move.target):
        raise MoveRefused(_("Choose the school where the teacher goes."))
    _lock_open(move)
    spells = _spells(move.person, move.origin, move.on)
    _check_began(spells, move.on)
    last = move.on - datetime.timedelta(days=1)
    roles = {spell.role for spell in spells} - {role.value for role in POSTS_OF_A_SCHOOL}
    _end(spells, last)
    for duty in Duty.objects.on(move.on).filter(person=move.person, organisation=move.origin):
        if duty.from_on <= last:
            end_duty(duty=duty, to_on=last, on=today)
    for role in sorted(roles) or [PolicyRole.TEACHER.value]:
        _begin(RoleSpell(person=move.person, role=role, organisation=school, from_on=move.on))
    return _answer(move, MoveOutcome.TAKEN, by, at, school=school)


@transaction.atomic
def decline(
    *, by: Person, move: Move, because: str, at: datetime.datetime, today: datetime.date
) -> MoveAnswer:
    """Do not take a teacher: they stay where they are. Says why. Raises PermissionDenied, MoveRefused."""
    require(rules.may_take(by, move.person, move.target, today))
    if not because.strip():
        raise MoveRefused(_("Say why: the other bureau reads it. Up to 200 characters."))
    _lock_open(move)
    return _answer(move, MoveOutcome.DECLINED, by, at, because=because)


@transaction.atomic
def withdraw(*, by: Person, move: Move, at: datetime.datetime, today: datetime.date) -> MoveAnswer:
    """Take back what nobody has answered yet: the teacher stays. Raises PermissionDenied, MoveRefused."""
    require(rules.may_let_go(by, move.person, move.origin, today))
    _lock_open(move)
    return _answer(move, MoveOutcome.WITHDRAWN, by, at)


def _check_places(origin: Organisation, target: Organisation) -> None:
    if origin.kind != OrganisationKind.SCHOOL or target.pk == origin.pk:
        raise MoveRefused(_("A move goes from a school to another one."))
    if target.kind == OrganisationKind.SCHOOL:
        if target.get_root().pk != origin.get_root().pk:
            raise MoveRefused(
                _("For a school of another bureau name the bureau: it names the school.")
            )
    elif target.kind != OrganisationKind.BUREAU or origin.is_within(target):
        raise MoveRefused(_("Name another bureau, or a school of your own."))


def _check_day(on: datetime.date, today: datetime.date) -> None:
    if abs(on - today) > FARTHEST:
        raise MoveRefused(_("The day of a move lies within a year from today."))


def _check_began(spells: Iterable[RoleSpell], on: datetime.date) -> None:
    for spell in spells:
        if spell.from_on >= on:
            raise MoveRefused(
                _(
                    "The post there begins on %(day)s; a move before that is a mistake to be corrected."
                )
                % {"day": spell.from_on.isoformat()}
            )


def _spells(person: Person, school: Organisation, on: datetime.date) -> list[RoleSpell]:
    """The posts at a school that would go on beyond the day before `on`."""
    spells = RoleSpell.objects.filter(person=person, organisation=school)
    return [
        one for one in spells if one.to_on is None or one.to_on >= on - datetime.timedelta(days=1)
    ]


def _end(spells: Iterable[RoleSpell], last: datetime.date) -> None:
    for spell in spells:
        spell.to_on = last
        spell.save(update_fields=["to_on"])


def _begin(spell: RoleSpell) -> None:
    try:
        spell.full_clean(exclude=["person"])
    except ValidationError as error:
        raise MoveRefused(" ".join(error.messages)) from error
    spell.save()


def _lock_open(move: Move) -> None:
    """Hold the person's row, so that a move is answered once. Raises MoveRefused where it was."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=move.person_id)
    if MoveAnswer.objects.filter(move=move).exists():
        raise MoveRefused(_("Somebody has answered this already. Reload the page to see it."))


def _answer(
    move: Move,
    outcome: MoveOutcome,
    by: Person,
    at: datetime.datetime,
    *,
    school: Organisation | None = None,
    because: str = "",
) -> MoveAnswer:
    answer = MoveAnswer(
        move=move, outcome=outcome, school=school, because=because.strip()[:200], by=by, at=at
    )
    answer.save()
    return answer
