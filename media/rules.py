"""Who may do what with videos."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from lms.api.permissions import may_see_works_of, may_teach_for

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from lms.api.people import Person, Provider
    from media.models.assets import Asset


def may_upload_for(person: Person | AnonymousUser, provider: Provider, on: datetime.date) -> bool:
    """Is a trainer of the provider."""
    return may_teach_for(person, provider, on)


def may_see_asset(person: Person | AnonymousUser, asset: Asset, on: datetime.date) -> bool:
    """Sees a video outside of a course: trainers and moderators of its provider."""
    return may_see_works_of(person, asset.provider, on)
