"""A paper as the file that verifies without us: its transfers with their proofs, the checkpoint, and our keys."""

import uuid
from collections.abc import Mapping
from typing import Any

from lms.credit.core import chain, note, paperfile, papers
from lms.credit.core.checkpoint import TreeHead, parse_head
from lms.credit.core.paperfile import Carried, Paper
from lms.credit.domain import checkpoints, tree
from lms.credit.queries.papers import links_in


def paper_file(payload: dict[str, Any], key: str, signature: bytes) -> bytes:
    """The file's bytes: canonical JSON."""
    found = _relevant(payload, links_in(bookings_of(payload)))
    checkpoint = checkpoints.newest()
    places = tree.places_of(found, checkpoint.size) if checkpoint else {}
    transfers = tuple(
        Carried(
            papers.Told(link.facts, link.hash),
            link.previous,
            places[pk].position if pk in places else None,
            places[pk].proof if pk in places else (),
        )
        for pk, link in found.items()
    )
    return paperfile.write(
        Paper(
            payload=payload,
            key=key,
            signature=note.to_base64(signature),
            transfers=transfers,
            note=str(checkpoints.note_of(checkpoint)) if checkpoint and places else None,
            keys=tuple(checkpoints.own_keys(checkpoints.origin())),
        )
    )


def bookings_of(payload: Mapping[str, Any]) -> list[uuid.UUID]:
    """The bookings that a paper speaks of."""
    stated = payload["entries"] if payload["type"] == papers.STATEMENT else [payload]
    return [uuid.UUID(one["booking"]) for one in stated]


def newest_holding(found: Mapping[int, chain.Link]) -> TreeHead | None:
    """What the newest checkpoint says, where it holds all of these transfers."""
    checkpoint = checkpoints.newest()
    if checkpoint is None or len(tree.positions_of(found, checkpoint.size)) < len(found):
        return None
    return parse_head(note.parse_note(checkpoint.note).text)


def _relevant(payload: Mapping[str, Any], found: Mapping[int, chain.Link]) -> dict[int, chain.Link]:
    """Those that were there when it was issued: what came later is for a newer checkpoint to say."""
    if payload["type"] == papers.STATEMENT:
        until = payload["known_at"]
        return {pk: one for pk, one in found.items() if one.facts["recorded_at"] <= until}
    (last,) = (one.sequence for one in found.values() if one.facts["id"] == payload["transfer"])
    return {pk: one for pk, one in found.items() if one.sequence <= last}
