"""Loading the city by COPY, a block of teachers a transaction: killed at any moment, the next run goes on there."""

import datetime
import time
from collections.abc import Callable, Iterable

import psycopg

from lms.credit.domain.ledger import LEDGER
from lms.demo.city import rows
from lms.demo.city.ground import TEACHERS_A_SCHOOL, City, city_id
from lms.demo.city.life import draw

TEACHERS_A_BLOCK = 200


def blocks(teachers: int) -> range:
    """The blocks that so many teachers make, by number."""
    return range(-(-teachers // TEACHERS_A_BLOCK))


def load(
    url: str,
    city: City,
    *,
    seed: int,
    teachers: int,
    until: datetime.date,
    which: Iterable[int],
    say: Callable[[str], None],
) -> int:
    """Copy these blocks, those left out that are there already; how many transfers were written.

    `url` names a superuser where possible: its connection leaves triggers and foreign keys unasked, which is ten times
    as fast. Others go the slow way.
    """
    written = 0
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        _hush(connection, say)
        for block in which:
            numbers = range(block * TEACHERS_A_BLOCK, min((block + 1) * TEACHERS_A_BLOCK, teachers))
            if _there(connection, seed, numbers[0]):
                continue
            written += _copy_block(connection, city, seed, numbers, until)
            if block % 20 == 0:
                say(
                    f"teacher {numbers[-1] + 1}: {written / (time.monotonic() - began):.0f} transfers/s"
                )
    return written


def _hush(connection: psycopg.Connection, say: Callable[[str], None]) -> None:
    connection.execute("SET synchronous_commit = off")
    try:
        connection.execute("SET session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        say("This role is no superuser: every trigger is asked, which takes far longer.")


def _there(connection: psycopg.Connection, seed: int, number: int) -> bool:
    found = connection.execute(
        "SELECT FROM people_person WHERE public_id = %s", [city_id(seed, number)]
    )
    return found.fetchone() is not None


def _copy_block(
    connection: psycopg.Connection, city: City, seed: int, numbers: range, until: datetime.date
) -> int:
    lives = [draw(seed, number, trainings=len(city.trainings), until=until) for number in numbers]
    transfers = sum(life.transfers for life in lives)
    wanted = {
        "people_person": len(lives),
        "credit_account": 5 * len(lives),
        "credit_evidence": sum(len(life.bookings) for life in lives),
        "credit_transfer": transfers,
    }
    with connection.transaction():
        # Shared with all who post: the sequencer waits until what lies below the keys given out here is there.
        connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LEDGER])
        block = rows.Block(seed, city, _reserve(connection, wanted, city))
        for number, life in zip(numbers, lives, strict=True):
            block.add(number, life, city.schools[number // TEACHERS_A_SCHOOL])
        for table, columns in rows.COLUMNS.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for piece in rows.text(block.rows[table]):
                    copy.write(piece)
    return transfers


def _reserve(connection: psycopg.Connection, wanted: dict[str, int], city: City) -> rows.Keys:
    """Keys that nobody else gets, and the accounts of the providers."""
    keys = {}
    for table, count in wanted.items():
        found = connection.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        keys[table] = iter([key for (key,) in found])
    return rows.Keys(
        keys, _issued(connection, {one[1]["provider"]["id"] for one in city.trainings})
    )


def _issued(connection: psycopg.Connection, providers: set[str]) -> dict[str, int]:
    connection.cursor().executemany(
        "INSERT INTO credit_account (kind, provider) VALUES ('issued', %s) ON CONFLICT DO NOTHING",
        [(one,) for one in sorted(providers)],
    )
    found = connection.execute(
        "SELECT provider::text, id FROM credit_account WHERE kind = 'issued' AND provider = ANY(%s::uuid[])",
        [list(providers)],
    )
    return dict(found.fetchall())
