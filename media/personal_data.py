"""What the media plugin keeps about a person."""

from typing import Any

from lms.api.people import Person
from media.domain.forget import forget_person
from media.models.assets import Asset
from media.models.watching import Coverage, WatchReport


def export(person: Person) -> dict[str, Any]:
    """What was watched, each report of it, and what was uploaded."""
    return {
        "watched": [
            {
                "video": one.asset.title,
                "covered_ms": one.spans,
                "position_ms": one.position_ms,
                "first_at": one.first_at.isoformat(),
                "last_at": one.last_at.isoformat() if one.last_at else None,
            }
            for one in Coverage.objects.filter(person=person).select_related("asset")
        ],
        "reports": [
            {
                "video": str(one.asset_id),
                "at": one.at.isoformat(),
                "accepted_ms": one.accepted,
                "flags": one.flags,
                "device": one.device,
            }
            for one in WatchReport.objects.filter(person=person).order_by("at").iterator()
        ],
        "uploaded": list(Asset.objects.filter(uploaded_by=person).values_list("title", flat=True)),
    }


def erase(person: Person) -> None:
    """Forget where the person stands with each video, and each report of it. Evidence says by itself what it proves."""
    Coverage.objects.filter(person=person).update(position_ms=0)
    forget_person(person)
