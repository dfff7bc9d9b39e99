"""Who is on air and how it goes, told to the hosts of a lesson: their studios show it whoever sends, and from what."""

from dataclasses import asdict

from live.domain.ingest import Vitals
from live.models.lesson import Take
from live.room import bus


def tell_hosts(take: Take, vitals: Vitals | None) -> None:
    """Say it once; the caller repeats it. A take that has no segment yet is not on air."""
    if vitals is None:
        return
    who = {"studio": str(take.studio), "name": take.by.name}
    bus.tell(take.lesson_id, {"type": "air", **who, **asdict(vitals)}, "hosts")
