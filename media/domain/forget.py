"""Reports of players are forgotten by the rules of retention: what they came to stands in coverage and evidence.

The application's role may only add reports; a function of the database with its owner's rights removes them.
"""

import datetime
from collections.abc import Sequence

from lms.api.database import in_one_trip
from lms.api.hooks import Told
from lms.api.people import Person
from media.models.assets import SUBJECT_PREFIX

_FORGET = "SELECT media_forget_reports(%s, %s, %s)"


def forget(pieces: Sequence[Told]) -> int:
    """Forget the reports that led to these pieces of evidence; how many they were."""
    return sum(
        _forgotten(one.person_id, one.subject.removeprefix(SUBJECT_PREFIX), one.until)
        for one in pieces
    )


def forget_before(moment: datetime.datetime) -> int:
    """Forget all reports received before a moment; how many they were."""
    return _forgotten(None, None, moment)


def forget_person(person: Person) -> int:
    """Forget all reports about somebody; how many they were."""
    return _forgotten(person.pk, None, None)


def _forgotten(person_id: int | None, asset: str | None, until: datetime.datetime | None) -> int:
    ((removed,),) = in_one_trip((_FORGET, [person_id, asset, until]))[0]
    return int(removed)
