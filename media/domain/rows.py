"""The rows of a report and its coverage, in SQL.

Written by hand: every report of every player asks these, and building them from objects takes longer than running them.
"""

import json
import uuid

from psycopg.types.json import Jsonb

from lms.api.database import Rows, Statement
from lms.api.people import Person
from media.models.assets import Asset
from media.models.watching import Coverage, WatchReport

_FIND = """
SELECT c.id, c.spans, c.covered_ms, c.position_ms, c.wall, c.wanted, c.evidenced, c.first_at, c.last_at,
    a.title, a.duration_ms, EXISTS (
        SELECT 1 FROM media_watchreport r WHERE r.person_id = %s AND r.session = %s AND r.seq = %s
    )
FROM media_coverage c JOIN media_asset a ON a.public_id = c.asset_id
WHERE c.person_id = %s AND c.asset_id = %s
"""
_INSERT = """
INSERT INTO media_watchreport
    (person_id, asset_id, session, seq, at, rate, claimed, accepted, flags, wall_from, device)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_UPDATE = """
UPDATE media_coverage SET spans = %s, covered_ms = %s, position_ms = %s, wall = %s, last_at = %s WHERE id = %s
"""


def find(*, person: Person, asset_id: uuid.UUID, session: str, seq: int) -> Statement:
    """Asks for the coverage, with as much of its video as reports need, and whether the report was seen before."""
    return _FIND, [person.pk, session, seq, person.pk, asset_id]


def found(rows: Rows, *, person: Person, asset_id: uuid.UUID) -> tuple[Coverage, bool] | None:
    """What `find` answered; None where there is no coverage yet."""
    if not rows:
        return None
    pk, spans, covered_ms, position_ms, wall, wanted, evidenced, *rest = rows[0]
    first_at, last_at, title, duration_ms, seen = rest
    coverage = Coverage(
        id=pk,
        person=person,
        asset=Asset(public_id=asset_id, title=title, duration_ms=duration_ms),
        spans=json.loads(spans),
        covered_ms=covered_ms,
        position_ms=position_ms,
        wall=json.loads(wall),
        wanted=wanted,
        evidenced=evidenced,
        first_at=first_at,
        last_at=last_at,
    )
    coverage._state.adding = False
    return coverage, seen


def insert(report: WatchReport) -> Statement:
    """Keeps a report."""
    return _INSERT, [
        report.person_id,
        report.asset_id,
        report.session,
        report.seq,
        report.at,
        report.rate,
        Jsonb(report.claimed),
        Jsonb(report.accepted),
        report.flags,
        report.wall_from,
        report.device,
    ]


def update(coverage: Coverage) -> Statement:
    """Keeps what a report changed of a coverage."""
    return _UPDATE, [
        Jsonb(coverage.spans),
        coverage.covered_ms,
        coverage.position_ms,
        Jsonb(coverage.wall),
        coverage.last_at,
        coverage.pk,
    ]
