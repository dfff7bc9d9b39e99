"""The rows of the city's teachers, as text for COPY: with the same digests and hashes as the ledger's own writer makes.

Written by hand for speed, one f-string a row; `ledger_check` reads every one of them back and finds it whole.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.credit.core import chain, moves
from lms.credit.core.lines import day_of
from lms.credit.core.minutes import in_microseconds
from lms.demo.city.ground import City, School, city_id
from lms.demo.city.life import Booking, Life

COLUMNS = {
    "people_person": "id, public_id, name, phone, phone_verified, joined_on, language, consent_version, password,"
    " is_active, is_superuser, date_joined",
    "people_rolespell": "person_id, organisation_id, role, from_on",
    "credit_account": "id, kind, person_id",
    "credit_evidence": "id, public_id, person_id, kind, subject, source_key, amount, spans, wall, facts, detail_digest,"
    " recorded_at, digest",
    "credit_transfer": "id, public_id, person_id, key, act, state, hundredths, booking_id, moves_id, reverses_id,"
    " happened_on, recorded_at, by_id, because_digest, version_id, facts, evidence, evidence_digest, paid_spans,"
    " paid_wall, paid_digest, sequence, previous, hash, chain_version",
    "credit_transferline": 'transfer_id, "on", hundredths',
    "credit_posting": "transfer_id, account_id, hundredths",
    "credit_ledgerhead": f"person_id, sequence, hash, recorded_at, {', '.join(moves.PERSONAL)}",
}
"""What is copied into which table; in this order."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Free keys, rising, for each table whose rows others refer to, and the issuing account of each provider."""

    free: Mapping[str, Iterator[int]]
    issued: Mapping[str, int]

    def take(self, table: str) -> int:
        """One key."""
        return next(self.free[table])


@dataclass(slots=True)
class Block:
    """Some teachers' rows."""

    seed: int
    city: City
    keys: Keys
    rows: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, number: int, life: Life, school: School) -> None:
        """A teacher, and all that the ledger says of them."""
        person, public_id = self.keys.take("people_person"), str(city_id(self.seed, number))
        # The phone by the row's key: cities of several seeds share a database.
        self.rows["people_person"].append(
            f"{person}\t{public_id}\t{life.name}\t+86170{person:08d}\tt\t{life.joined_on}\tzh-hans\t\t!\tt\tf\t"
            f"{life.bookings[0].acts[0].at.isoformat()}\n"
        )
        for role, since in life.roles:
            self.rows["people_rolespell"].append(f"{person}\t{school.pk}\t{role}\t{since}\n")
        accounts = {}
        for kind in moves.PERSONAL:
            accounts[kind] = self.keys.take("credit_account")
            self.rows["credit_account"].append(f"{accounts[kind]}\t{kind}\t{person}\n")
        writer = _Writer(self, number, person, public_id, school, accounts)
        for turn, booking in enumerate(life.bookings):
            writer.begin(turn, booking)
        writer.write()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A booking's parts that all of its transfers repeat."""

    booking: Booking
    version: tuple[int, dict[str, Any], str, int, str]
    facts: str
    provider: str
    evidence: str
    evidence_digest: str
    wall: str
    spans: str
    paid_digest: str
    lines: str

    @property
    def amount(self) -> int:
        """Hundredths of hours that each of its transfers moves."""
        return sum(part for _day, part in self.booking.days)


@dataclass(slots=True)
class _Writer:
    block: Block
    number: int
    person: int
    public_id: str
    school: School
    accounts: dict[str, int]
    begun: list[_Begun] = field(default_factory=list)

    def begin(self, turn: int, booking: Booking) -> None:
        """The evidence of a booking."""
        version = self.block.city.trainings[booking.training]
        said = version[1]
        public_id = str(city_id(self.block.seed, self.number, "evidence", turn))
        subject = version[2].replace("training", "film")
        source = f"city.film:{self.block.seed}:{self.number}:{turn}"
        length = sum(end - start for start, end in in_microseconds(booking.sittings))
        spans = f'[["0","{length // 1_000_000}"]]'
        wall = [[chain.moment(at) for at in span] for span in booking.sittings]
        ranges = "{" + ",".join(f"[{start},{end})" for start, end in wall) + "}"
        recorded = chain.moment(booking.acts[0].at)
        facts = f'{{"title":{json.dumps(said["title"], ensure_ascii=False)},"words":"100%"}}'
        digest = _sha256(
            f'{{"amount":"1.000000","detail_digest":null,"facts":{facts},"id":"{public_id}","kind":"media.watched",'
            f'"person":"{self.public_id}","recorded_at":"{recorded}","source":"{source}","spans":{spans},'
            f'"subject":"{subject}","wall":{_plain(wall)}}}'
        )
        self.block.rows["credit_evidence"].append(
            f"{self.block.keys.take('credit_evidence')}\t{public_id}\t{self.person}\tmedia.watched\t{subject}\t{source}"
            f"\t1\t{spans}\t{ranges}\t{facts}\t\t{recorded}\t{digest}\n"
        )
        paid = f'{{"{subject}":[[0,{length}]]}}'
        self.begun.append(
            _Begun(
                booking=booking,
                version=version,
                facts=_facts(self.block.city, version[0], said, self.school),
                provider=said["provider"]["id"],
                evidence=public_id,
                evidence_digest=_sha256(f'["{digest}"]'),
                wall=ranges,
                spans=paid,
                paid_digest=_sha256(f'{{"spans":{paid},"wall":{_plain(wall)}}}'),
                lines="[" + ",".join(f'["{day}",{part}]' for day, part in booking.days) + "]",
            )
        )

    def write(self) -> None:
        """All transfers in the order of time, numbered and chained."""
        order = sorted(
            (act.at, turn, step)
            for turn, begun in enumerate(self.begun)
            for step, act in enumerate(begun.booking.acts)
        )
        last: dict[int, list[tuple[int, str]]] = defaultdict(list)
        previous = chain.START
        for sequence, (_at, turn, step) in enumerate(order, 1):
            previous = self._transfer(sequence, previous, turn, step, last[turn])
        held = dict.fromkeys(moves.PERSONAL, 0)
        for begun in self.begun:
            held[begun.booking.acts[-1].state] += begun.amount
        self.block.rows["credit_ledgerhead"].append(
            f"{self.person}\t{len(order)}\t{previous}\t{chain.moment(order[-1][0])}\t"
            + "\t".join(map(str, held.values()))
            + "\n"
        )

    def _transfer(
        self, sequence: int, previous: str, turn: int, step: int, history: list[tuple[int, str]]
    ) -> str:
        begun = self.begun[turn]
        acts, days = begun.booking.acts, begun.booking.days
        act, state, at = acts[step]
        key_of = self.block.keys.take("credit_transfer")
        public_id = str(city_id(self.block.seed, self.number, turn, step))
        first = history[0] if history else None
        moved = history[-1] if history else None
        undone = moved if act == moves.REVERSE else None
        history.append((key_of, public_id))
        version, _said, training, number, digest = begun.version
        amount = begun.amount
        key = f"{act}:{moved[1]}" if moved else f"award:{training}"
        happened = days[-1][0] if first is None else day_of(at)
        by, by_id = self._decider(act)
        source = acts[step - 1].state if step else moves.ISSUED
        paid = "null" if first else f'"{begun.paid_digest}"'
        moment = chain.moment(at)
        content = (
            f'{{"act":"{act}","because_digest":null,"booking":{_id(first)},"by":{by_id},'
            f'"evidence":["{begun.evidence}"],"evidence_digest":"{begun.evidence_digest}","facts":{begun.facts},'
            f'"happened_on":"{happened}","hundredths":{amount},"id":"{public_id}","key":"{key}","lines":{begun.lines},'
            f'"moves":{_id(moved)},"paid_digest":{paid},"person":"{self.public_id}","postings":['
            f"{self._leg(source, begun.provider, -amount)},{self._leg(state, begun.provider, amount)}],"
            f'"recorded_at":"{moment}","reverses":{_id(undone)},"sequence":{sequence},"state":"{state}",'
            f'"training":{{"digest":"{digest}","key":"{training}","version":{number}}}}}'
        )
        link = hashlib.sha256(
            chain.PREFIX + previous.encode() + b"\n" + content.encode()
        ).hexdigest()
        spans, wall, paid_digest = (
            (_NULL, _NULL, "") if first else (begun.spans, begun.wall, begun.paid_digest)
        )
        rows = self.block.rows
        rows["credit_transfer"].append(
            f"{key_of}\t{public_id}\t{self.person}\t{key}\t{act}\t{state}\t{amount}\t{_pk(first)}\t{_pk(moved)}\t"
            f"{_pk(undone)}\t{happened}\t{moment}\t{by}\t\t{version}\t{begun.facts}\t{{{begun.evidence}}}\t"
            f"{begun.evidence_digest}\t{spans}\t{wall}\t{paid_digest}\t{sequence}\t{previous}\t{link}\t{chain.VERSION}\n"
        )
        rows["credit_transferline"] += [f"{key_of}\t{day}\t{part}\n" for day, part in days]
        rows["credit_posting"] += [
            f"{key_of}\t{self._account(source, begun.provider)}\t{-amount}\n",
            f"{key_of}\t{self._account(state, begun.provider)}\t{amount}\n",
        ]
        return link

    def _decider(self, act: str) -> tuple[str, str]:
        """Key and quoted public id of whom the act is by."""
        if act == moves.BOOK:
            return _NULL, "null"
        if act == "register":
            return str(self.block.city.officer), f'"{self.block.city.officer_id}"'
        return str(self.school.verifier), f'"{self.school.verifier_id}"'

    def _account(self, kind: str, provider: str) -> int:
        return self.block.keys.issued[provider] if kind == moves.ISSUED else self.accounts[kind]

    def _leg(self, kind: str, provider: str, amount: int) -> str:
        person, provider = (
            ("null", f'"{provider}"') if kind == moves.ISSUED else (f'"{self.public_id}"', "null")
        )
        return (
            f'{{"account":"{kind}","hundredths":{amount},"person":{person},"provider":{provider}}}'
        )


_NULL = r"\N"
_SAID: dict[tuple[int, int], str] = {}


def text(rows: list[str]) -> Iterator[str]:
    """Rows in pieces for COPY."""
    for at in range(0, len(rows), 2000):
        yield "".join(rows[at : at + 2000])


def _facts(city: City, version: int, said: dict[str, Any], school: School) -> str:
    """The facts of the day as canonical text; the same for a school's teachers, so it is kept."""
    if (known := _SAID.get((version, school.pk))) is None:
        here = {"id": school.public_id, "name": school.name}
        facts = said | {"school": here, "bureau": city.bureau, "accredited": True}
        known = _SAID[version, school.pk] = chain.canonical(facts).decode()
    return known


def _sha256(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(wall: list[list[str]]) -> str:
    return "[" + ",".join(f'["{start}","{end}"]' for start, end in wall) + "]"


def _id(transfer: tuple[int, str] | None) -> str:
    return f'"{transfer[1]}"' if transfer else "null"


def _pk(transfer: tuple[int, str] | None) -> str:
    return str(transfer[0]) if transfer else _NULL
