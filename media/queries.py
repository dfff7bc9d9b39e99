"""Reads of videos and of what somebody has of them."""

import datetime
import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from lms.api.people import Person, Provider, providers_moderated_by, providers_taught_by
from media.models.assets import SUBJECT_PREFIX, Asset
from media.models.watching import Coverage
from media.rules import may_see_asset


def ids_from(refs: Sequence[str]) -> dict[uuid.UUID, str]:
    """The refs that are public ids at all, by id."""
    found = {}
    for ref in refs:
        try:
            found[uuid.UUID(ref)] = ref
        except ValueError:
            continue
    return found


def assets_by_ref(refs: Sequence[str]) -> dict[str, Asset]:
    """Videos by ref; what does not exist is left out. One query."""
    ids = ids_from(refs)
    return {ids[asset.pk]: asset for asset in Asset.objects.filter(pk__in=ids)}


def coverages_of(person: Person, refs: Sequence[str]) -> dict[str, Coverage]:
    """What a person has of videos, by ref, with the video. One query."""
    ids = ids_from(refs)
    found = Coverage.objects.filter(person=person, asset__in=ids).select_related("asset")
    return {ids[one.asset_id]: one for one in found}


def providers_seen_by(person: Person, on: datetime.date) -> set[Provider]:
    """Providers whose videos somebody sees."""
    return {*providers_taught_by(person, on), *providers_moderated_by(person, on)}


def assets_seen_by(person: Person, on: datetime.date) -> QuerySet[Asset]:
    """Videos of these providers, the newest first, with provider, job and upload."""
    return (
        Asset.objects.filter(provider__in=providers_seen_by(person, on))
        .select_related("provider", "uploaded_by", "job", "upload")
        .order_by("-created_at")
    )


def choosable(person: Person, refs: Sequence[str]) -> set[str]:
    """Those of the refs that somebody may put into a course today: videos of the providers they work for. One query."""
    ids = ids_from(refs)
    seen = assets_seen_by(person, timezone.localdate()).filter(pk__in=ids)
    return {ids[pk] for pk in seen.values_list("pk", flat=True)}


def may_use_own(person: Person, subject: str) -> bool:
    """Trainers and moderators of a provider may play its videos, with or without a course."""
    [found] = ids_from([subject.removeprefix(SUBJECT_PREFIX)]) or [None]
    if found is None or not subject.startswith(SUBJECT_PREFIX):
        return False
    asset = Asset.objects.select_related("provider").filter(pk=found).first()
    return asset is not None and may_see_asset(person, asset, timezone.localdate())
