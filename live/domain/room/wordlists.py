"""Who keeps which list of words that chats do not show."""

import datetime
from typing import Any

from live.models.room import WordList
from lms.api.people import (
    Organisation,
    Person,
    Provider,
    organisations_overseen_by,
    providers_moderated_by,
)

Owner = Provider | Organisation


def owners_of(person: Person, on: datetime.date) -> dict[str, Owner]:
    """The providers and bureaus whose list somebody may change, by keys for a form."""
    providers = {f"provider-{one.pk}": one for one in providers_moderated_by(person, on)}
    bureaus = {f"bureau-{one.pk}": one for one in organisations_overseen_by(person, on)}
    return {**providers, **bureaus}


def words_of(owner: Owner) -> str:
    """The words, one a line."""
    found = WordList.objects.filter(**_of(owner)).first()
    return found.words if found else ""


def keep(*, owner: Owner, words: str, by: Person, at: datetime.datetime) -> WordList:
    """Put a list in the place of the one before, sorted, each word once."""
    each = sorted({" ".join(one.split()) for one in words.splitlines()} - {""})
    made, _made = WordList.objects.update_or_create(
        **_of(owner), defaults={"words": "\n".join(each), "changed_by": by, "changed_at": at}
    )
    return made


def _of(owner: Owner) -> dict[str, Any]:
    return {"provider": owner} if isinstance(owner, Provider) else {"bureau": owner}
