"""The platform's own posting, from evidence to head; and bare INSERTs of the rows that it wrote."""

import copy
import datetime
import os
import time
from collections.abc import Iterator

import django

from tests.bench.posting_worker import AMOUNT, DETAIL, SPANS, WATCHED, rate, serve

django.setup()

import psycopg  # noqa: E402 - Django first
from django.conf import settings  # noqa: E402

from lms.credit.domain.assign import assign_policy  # noqa: E402
from lms.credit.domain.evidence import record_evidence  # noqa: E402
from lms.credit.models.evidence import Participation  # noqa: E402
from lms.credit.models.policy import Policy  # noqa: E402
from lms.people.models import Person  # noqa: E402
from lms.testing import credit  # noqa: E402
from lms.testing.factories import (  # noqa: E402
    AccreditationFactory,
    OrganisationFactory,
    PersonFactory,
    RoleSpellFactory,
)
from lms.testing.trips import round_trips  # noqa: E402

PEOPLE, TRAININGS = 50, 60
POLICY = "wenzhou-2012"
COPIED = (
    "credit_evidence",
    "credit_evidencedetail",
    "credit_transfer",
    "credit_transferline",
    "credit_posting",
)


class Posting:
    """People under a policy who take part in trainings, each completed by one more piece of evidence."""

    def __init__(self) -> None:
        bureau = OrganisationFactory.create(kind="bureau")
        school = OrganisationFactory.create(parent=bureau)
        policy = Policy.objects.get(slug=POLICY)
        assign_policy(policy=policy, organisation=bureau, from_on=credit.AT.date(), to_on=None)
        provider = AccreditationFactory.create(bureau=bureau).provider
        people = [RoleSpellFactory.create(organisation=school).person for _ in range(PEOPLE)]
        author = PersonFactory.create()
        versions = [
            credit.declared(
                key=f"bench.training:{number}",
                needs=[credit.watch(f"media.asset:{number}")], provider=provider, by=author)
            for number in range(TRAININGS)
        ]  # fmt: skip
        Participation.objects.bulk_create(
            Participation(person=person, training=one.training, version=one, joined_at=credit.AT)
            for person in people
            for one in versions
        )
        # As a request has them: read from the database, nothing asked yet.
        found = list(Person.objects.filter(pk__in=[one.pk for one in people]))
        self.wanted: Iterator[tuple[int, Person]] = iter(
            [(number, person) for number in range(TRAININGS) for person in found]
        )

    def post(self) -> None:
        """One person's last piece of evidence for one training."""
        number, person = next(self.wanted)
        person = copy.copy(person)
        at = credit.AT + datetime.timedelta(hours=number)
        record_evidence(
            person=person,
            kind="media.watched",
            subject=f"media.asset:{number}",
            source_key=f"bench:{person.pk}:{number}",
            amount=AMOUNT,
            spans=SPANS,
            wall=[(at - datetime.timedelta(minutes=10), at)],
            facts=WATCHED,
            detail=DETAIL,
            at=at,
        )


class Bare:
    """The same rows again, by prepared statements, into tables without triggers and foreign keys."""

    def __init__(self) -> None:
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
            for table in COPIED:
                owner.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
                owner.execute(
                    f"GRANT SELECT, INSERT ON bare_{table} TO {settings.DATABASE_APP_ROLE}"
                )
        self.connection = psycopg.connect(os.environ["DATABASE_URL"])
        self.connection.prepare_threshold = 0
        # Values as text, as they were sent: what they are parsed to here is none of the baseline's business.
        self.statements = {table: self._statement(table) for table in COPIED}

    def insert(self, number: int) -> float:
        """The rows of the last so many postings, committed each; how many a second."""
        postings = self._rows(number)
        start = time.perf_counter()
        for rows in postings:
            for table, values in rows:
                self.connection.execute(self.statements[table], values)
            self.connection.commit()
        return number / (time.perf_counter() - start)

    def _statement(self, table: str) -> str:
        columns = self._columns(table)
        names = ", ".join(f'"{name}"' for name, _type in columns)
        values = ", ".join(f"%s::{kind}" for _name, kind in columns)
        return f"INSERT INTO bare_{table} ({names}) VALUES ({values})"

    def _columns(self, table: str) -> list[tuple[str, str]]:
        return self.connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [table],
        ).fetchall()

    def _rows(self, number: int) -> list[list[tuple[str, list[str | None]]]]:
        transfers = self._read(
            "credit_transfer", "id > (SELECT max(id) - %s FROM credit_transfer)", number
        )
        found = []
        for transfer in transfers:
            evidence = f"public_id = ANY('{transfer['evidence']}'::uuid[])"
            rows = [("credit_evidence", one) for one in self._read("credit_evidence", evidence)]
            keys = rows[0][1]["id"]
            rows += [
                (table, one)
                for table, condition in (
                    ("credit_evidencedetail", f"evidence_id = {keys}"),
                    ("credit_transfer", f"id = {transfer['id']}"),
                    ("credit_transferline", f"transfer_id = {transfer['id']}"),
                    ("credit_posting", f"transfer_id = {transfer['id']}"),
                )
                for one in self._read(table, condition)
            ]
            found.append([(table, list(one.values())) for table, one in rows])
        self.connection.commit()
        return found

    def _read(self, table: str, condition: str, *values: int) -> list[dict[str, str | None]]:
        columns = self._columns(table)
        names = ", ".join(f'"{name}"::text AS "{name}"' for name, _type in columns)
        cursor = self.connection.cursor(row_factory=psycopg.rows.dict_row)
        return cursor.execute(
            f"SELECT {names} FROM {table} WHERE {condition} ORDER BY 1", values or None
        ).fetchall()


if __name__ == "__main__":
    posting, bare = Posting(), Bare()
    serve(
        {
            "post": lambda number: rate(posting.post, number),
            "bare": bare.insert,
            "trips": lambda _number: round_trips(posting.post),
        }
    )
