"""Persons, organisations, and the dated spells between them."""

from lms.people.models.approval import PeerApprovalTask
from lms.people.models.moves import Move, MoveAnswer
from lms.people.models.organisations import Accreditation, Organisation, Provider
from lms.people.models.person import Person
from lms.people.models.roles import Duty, RoleSpell

__all__ = [
    "Accreditation",
    "Duty",
    "Move",
    "MoveAnswer",
    "Organisation",
    "PeerApprovalTask",
    "Person",
    "Provider",
    "RoleSpell",
]
