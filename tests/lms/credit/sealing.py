"""Papers made by arithmetic alone: a ledger of one person, its tree, signed checkpoints and files. No database."""

import datetime
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credit.core import chain, checkpoint, merkle, note, papers
from lms.credit.core.checkpoint import CheckpointFile, Step, TreeHead
from lms.credit.core.paperfile import Carried, Paper

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
ORIGIN = "qinghe.example/ledger"
PERSON = str(uuid.UUID(int=7))
AT = datetime.datetime(2026, 3, 2, 1, 30, tzinfo=datetime.UTC)
FACTS = {
    "title": "立足儿童视角的环境创设",
    "form": "remote",
    "level": "city",
    "themes": ["ethics"],
    "purpose": "in_service",
    "provider": {"id": str(uuid.UUID(int=99)), "name": "爱立方培训学校"},
    "accredited": True,
    "minutes_per_hour": 45,
    "hours": "2.00",
    "school": {"id": str(uuid.UUID(int=98)), "name": "溪山区第三幼儿园"},
    "bureau": None,
}


def key_of(private: Ed25519PrivateKey = PRIVATE, name: str = ORIGIN) -> note.Key:
    """The public half, as files hold it."""
    return note.Key(name, note.ED25519, private.public_key().public_bytes_raw())


class Ledger:
    """One person's transfers, in order, with the tree over them."""

    def __init__(self) -> None:
        self.transfers: list[Carried] = []

    def book(self, *lines: tuple[str, int], title: str = "", **facts: Any) -> str:
        """Hours booked as pending; what they are known by."""
        facts = FACTS | facts | ({"title": title} if title else {})
        return self._add(act="book", state="pending", facts=facts, lines=list(lines))

    def move(self, booking: str, act: str, state: str, *, reverses: str | None = None) -> str:
        """The booking's hours moved on."""
        last = self._of(booking)[-1]
        kept = {name: last[name] for name in ("facts", "lines", "training")}
        return self._add(
            act=act, state=state, booking=booking, moves=last["id"], reverses=reverses, **kept
        )

    def confirmed(self, *lines: tuple[str, int], **facts: Any) -> str:
        """Booked and confirmed; the booking."""
        booking = self.book(*lines, **facts)
        self.move(booking, "confirm", "confirmed")
        return booking

    def hashes(self) -> list[bytes]:
        """The leaves' data."""
        return [bytes.fromhex(one.told.hash) for one in self.transfers]

    def head(self, size: int, revoked: Sequence[bytes] = ()) -> TreeHead:
        """The tree over the first `size` transfers."""
        return TreeHead(
            origin=ORIGIN,
            size=size,
            root=merkle.root(size, self._node),
            at=AT + datetime.timedelta(days=size),
            revoked=len(revoked),
            revoked_digest=checkpoint.digest_of_revoked(revoked),
        )

    def note(
        self, size: int, revoked: Sequence[bytes] = (), *, by: Ed25519PrivateKey = PRIVATE
    ) -> note.Note:
        """The same, signed."""
        text = self.head(size, revoked).text
        return note.Note(text, (note.sign(text, ORIGIN, by),))

    def checkpoint_file(
        self,
        size: int,
        *,
        earlier: Sequence[int] = (),
        revoked: Sequence[bytes] = (),
        by: Ed25519PrivateKey = PRIVATE,
    ) -> bytes:
        """A checkpoint with its proofs that it continues the earlier ones."""
        steps = tuple(
            Step(
                self.head(old),
                self.note(old),
                tuple(merkle.consistency_proof(old, size, self._node)),
            )
            for old in earlier
        )
        return checkpoint.write_file(
            CheckpointFile(
                head=self.head(size, revoked),
                note=self.note(size, revoked, by=by),
                revoked=frozenset(revoked),
                steps=steps,
                keys=(key_of(by),),
            )
        )

    def paper(
        self,
        payload: dict[str, Any],
        transfers: Sequence[Carried],
        *,
        size: int = 0,
        by: Ed25519PrivateKey = PRIVATE,
    ) -> Paper:
        """A file with this payload; `size`: of the checkpoint that it stands in, 0 for none."""
        seal = papers.SEALS[payload["type"]]
        key = key_of(by)
        return Paper(
            payload=payload,
            key=hashlib.sha256(key.public).hexdigest()[:16],
            signature=note.to_base64(by.sign(seal + chain.canonical(payload))),
            transfers=tuple(self._placed(one, size) for one in transfers),
            note=str(self.note(size)) if size else None,
            keys=(key,),
        )

    def certificate(self, booking: str, **where: Any) -> Paper:
        """A certificate of confirmed hours."""
        own = [one for one in self.transfers if booking in _names(one)]
        last = max(place for place, one in enumerate(own) if one.told.content["act"] == "confirm")
        own = own[: last + 1]
        said = papers.certificate([one.told for one in own])
        return self.paper(_named("certificate") | said, own, **where)

    def statement(self, first: str = "2026-01-01", last: str = "2026-12-31", **where: Any) -> Paper:
        """A statement of a period, as known in the end."""
        known_at = chain.moment(AT + datetime.timedelta(days=300))
        said = papers.statement(
            [one.told for one in self.transfers], first=first, last=last, known_at=known_at
        )
        bookings = {entry["booking"] for entry in said["entries"]}
        own = [one for one in self.transfers if bookings & set(_names(one))]
        payload = _named("statement") | {
            "period": {"from": first, "to": last},
            "known_at": known_at,
        }
        return self.paper(payload | said, own, **where)

    def _of(self, booking: str) -> list[dict[str, Any]]:
        return [dict(one.told.content) for one in self.transfers if booking in _names(one)]

    def _add(self, **said: Any) -> str:
        number = len(self.transfers) + 1
        before = self.transfers[-1].told.hash if self.transfers else chain.START
        content = {
            "id": str(uuid.UUID(int=1000 + number)),
            "person": PERSON,
            "sequence": number,
            "key": f"award:{number}",
            "hundredths": sum(amount for _day, amount in said["lines"]),
            "booking": None,
            "moves": None,
            "reverses": None,
            "happened_on": "2026-03-01",
            "recorded_at": chain.moment(AT + datetime.timedelta(hours=number)),
            "by": None,
            "because_digest": None,
            "training": {"key": "courses.course:1", "version": 1, "digest": "0" * 64},
            "evidence": [],
            "evidence_digest": "0" * 64,
            "postings": [],
        } | said | {"lines": [list(line) for line in said["lines"]]}  # fmt: skip
        self.transfers.append(Carried(papers.told(content, before), before, None, ()))
        return content["id"]

    def _placed(self, one: Carried, size: int) -> Carried:
        position = one.told.content["sequence"] - 1
        if position >= size:
            return one
        proof = merkle.inclusion_proof(position, size, self._node)
        return Carried(one.told, one.previous, position, tuple(proof))

    def _node(self, level: int, index: int) -> bytes:
        level_hashes = [merkle.leaf_hash(one) for one in self.hashes()]
        for _ in range(level):
            level_hashes = merkle.hashes_above(level_hashes[: len(level_hashes) // 2 * 2])
        return level_hashes[index]


def _names(one: Carried) -> tuple[Any, Any]:
    return one.told.content["id"], one.told.content["booking"]


def _named(kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "version": 1,
        "code": "7K3Q-0ZBM-9A1T-XW52",
        "issuer": "青禾教师研修",
        "site": "https://qinghe.example",
        "person": {"id": PERSON, "name": "林书瑶"},
        "issued_at": chain.moment(AT + datetime.timedelta(days=301)),
    }


def sample() -> tuple[Ledger, list[str]]:
    """Eleven transfers of five bookings: registered, confirmed, in question, pending, taken back."""
    ledger = Ledger()
    registered = ledger.confirmed(
        ("2026-01-31", 100), ("2026-02-01", 125), title="幼儿园“一日生活”\\n"
    )
    ledger.move(registered, "register", "registered")
    confirmed = ledger.confirmed(("2026-02-03", 200), provider=None, accredited=None)
    questioned = ledger.confirmed(("2026-02-10", 300), title="𬱖𠮷 <b>&")
    ledger.move(questioned, "dispute", "disputed")
    pending = ledger.book(("2026-03-01", 50), ("2025-12-31", 50))
    withdrawn = ledger.book(("2026-03-02", 75))
    ledger.move(withdrawn, "reverse", "issued", reverses=withdrawn)
    return ledger, [registered, confirmed, questioned, pending, withdrawn]
