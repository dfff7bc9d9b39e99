"""Keeping what somebody agreed to."""

import datetime

from lms.people.models import Person


def record_consent(*, person: Person, version: str, at: datetime.datetime) -> None:
    """Note that a person agreed to this version of the texts; the first time that they did is what counts."""
    if person.consent_version == version:
        return
    person.consent_version, person.consented_at = version, at
    person.save(update_fields=["consent_version", "consented_at"])
