"""The same booking by an application on django-hordak that keeps the same beside it; and hordak's part alone."""

import datetime
import hashlib
import itertools
import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import django

from tests.bench.posting_worker import AMOUNT, DETAIL, SPANS, WATCHED, rate, serve

django.setup()

from django.core.management import call_command  # noqa: E402 - Django first
from django.db import connection, transaction  # noqa: E402
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: E402
from django.db.models import Q, QuerySet, Sum  # noqa: E402
from hordak.models import Account, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402

from tests.bench.awards.models import (  # noqa: E402
    Accreditation,
    Award,
    AwardLine,
    Employment,
    Evidence,
    EvidenceDetail,
    Participation,
    Standing,
    Training,
)

PEOPLE, TRAININGS = 50, 60
MODELS = (
    Employment,
    Accreditation,
    Training,
    Participation,
    Standing,
    Evidence,
    EvidenceDetail,
    Award,
    AwardLine,
)
AT = datetime.datetime(2026, 5, 18, 13, 6, tzinfo=datetime.UTC)
TEN_MINUTES = datetime.timedelta(minutes=10)
PROVIDER, SCHOOL, BUREAU = "培训机构", "实验小学", "教育局"
FACTS = {
    "title": "立足儿童视角的环境创设",
    "form": "remote",
    "level": "city",
    "themes": ["ethics"],
    "purpose": "in-service",
    "minutes_per_hour": 45,
    "content": "",
}


@dataclass
class Around:
    """What is known when an award is booked: the rule, the person's post, the end of the person's chain."""

    training: Training
    post: Employment
    accredited: bool
    number: int
    digest: str


class Booking:
    """An issuer, and people who take part in trainings, each completed by one piece of evidence."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            for model in MODELS:
                editor.create_model(model)
        self.issued = Account.objects.create(name="issued", code="0", type="IN", currencies=["EUR"])
        accounts = [
            Account.objects.create(
                name=f"pending {number}", code=str(number + 1), type="AS", currencies=["EUR"]
            )
            for number in range(2 * PEOPLE)
        ]
        since = datetime.date(2020, 9, 1)
        Accreditation.objects.create(provider=PROVIDER, bureau=BUREAU, from_on=since)
        for one in accounts:
            Employment.objects.create(account=one, school=SCHOOL, bureau=BUREAU, from_on=since)
            Standing.objects.create(account=one, year=AT.year, counted={})
        for number in range(TRAININGS):
            training = Training.objects.create(
                subject=f"media.asset:{number}",
                share=Decimal("0.9"),
                hundredths=200,
                provider=PROVIDER,
                facts=FACTS,
            )
            Participation.objects.bulk_create(
                Participation(account=one, training=training) for one in accounts
            )
        keys = [one.pk for one in accounts]
        self.wanted = itertools.product(range(TRAININGS), keys[:PEOPLE])
        self.wanted_alone = itertools.product(range(TRAININGS), keys[PEOPLE:])
        self.known = Around(training, Employment.objects.all()[0], True, 0, "")
        self.transfers = itertools.cycle(accounts)

    def transfer(self) -> None:
        """Hordak's part alone."""
        hours = Money("2.00", "EUR")
        with transaction.atomic():
            self.issued.transfer_to(
                next(self.transfers), hours, description="award", date=AT.date()
            )

    def post(self) -> None:
        """One award: evidence in, what it completes booked once, balance and standing known."""
        number, pk = next(self.wanted)
        at = AT + datetime.timedelta(hours=number)
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=pk)
            if Evidence.objects.filter(source_key=f"bench:{pk}:{number}").exists():
                return
            evidence = self._keep(account, number, at)
            taken = Participation.objects.select_related("training").filter(
                account=account,
                training__subject=evidence.subject,
                training__share__lte=evidence.amount,
            )
            for one in taken:
                self._award(account, evidence, one.training, at)

    def alone(self) -> None:
        """The same where rule and post are known: no minutes are counted once, there is no chain, and no standing."""
        number, pk = next(self.wanted_alone)
        at = AT + datetime.timedelta(hours=number)
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=pk)
            key = f"bench:{pk}:{number}"
            if Evidence.objects.filter(source_key=key).exists():
                return
            evidence = self._keep(account, number, at)
            if Award.objects.filter(account=account, key=key).exists():
                return
            self._book(account, evidence, replace(self.known, number=number), key, at)

    def _keep(self, account: Account, number: int, at: datetime.datetime) -> Evidence:
        evidence = Evidence.objects.create(
            account=account,
            kind="media.watched",
            subject=f"media.asset:{number}",
            source_key=f"bench:{account.pk}:{number}",
            amount=AMOUNT,
            spans=SPANS,
            wall=[[(at - TEN_MINUTES).isoformat(), at.isoformat()]],
            facts=WATCHED,
            recorded_at=at,
        )
        EvidenceDetail.objects.create(evidence=evidence, data=DETAIL)
        return evidence

    def _award(
        self, account: Account, evidence: Evidence, training: Training, at: datetime.datetime
    ) -> None:
        key, on = f"training:{training.pk}", at.date()
        awards = Award.objects.filter(account=account)
        if awards.filter(Q(key=key) | Q(wall__overlap=_wall(at))).exists():
            return
        post = _on(Employment.objects.filter(account=account), on).get()
        accreditations = Accreditation.objects.filter(
            provider=training.provider, bureau=post.bureau
        )
        last = awards.order_by("-number").first()
        around = Around(
            training=training,
            post=post,
            accredited=_on(accreditations, on).exists(),
            number=last.number + 1 if last else 1,
            digest=last.digest if last else "",
        )
        self._book(account, evidence, around, key, at)
        _stand(account, on.year)

    def _book(
        self, account: Account, evidence: Evidence, around: Around, key: str, at: datetime.datetime
    ) -> None:
        training = around.training
        hours = Money(Decimal(training.hundredths) / 100, "EUR")
        facts = training.facts | {
            "provider": training.provider,
            "hundredths": training.hundredths,
            "school": around.post.school,
            "bureau": around.post.bureau,
            "accredited": around.accredited,
            "before": str(account.get_balance()),
            "evidence": evidence.source_key,
            "at": at.isoformat(),
        }
        told = json.dumps([around.digest, key, facts], ensure_ascii=False, sort_keys=True)
        moved = Transaction.objects.create(description=key, date=at.date())
        Leg.objects.create(transaction=moved, account=self.issued, credit=hours)
        Leg.objects.create(transaction=moved, account=account, debit=hours)
        award = Award.objects.create(
            account=account,
            key=key,
            transaction=moved,
            evidence=evidence,
            facts=facts,
            recorded_at=at,
            wall=_wall(at),
            number=around.number,
            digest=hashlib.sha256(told.encode()).hexdigest(),
        )
        AwardLine.objects.create(award=award, on=at.date(), hundredths=training.hundredths)


def _wall(at: datetime.datetime) -> DateTimeTZRange:
    return DateTimeTZRange(at - TEN_MINUTES, at)


def _on(spells: "QuerySet[Any]", on: datetime.date) -> "QuerySet[Any]":
    return spells.filter(Q(to_on=None) | Q(to_on__gt=on), from_on__lte=on)


def _stand(account: Account, year: int) -> None:
    """The year's hours by form and theme, as a policy asks for them."""
    lines = AwardLine.objects.filter(award__account=account, on__year=year)
    groups = lines.values_list("award__facts__form", "award__facts__themes")
    counted = {
        f"{form}:{','.join(themes)}": total
        for form, themes, total in groups.annotate(total=Sum("hundredths"))
    }
    Standing.objects.filter(account=account, year=year).update(counted=counted)


if __name__ == "__main__":
    booking = Booking()
    serve(
        {
            "post": lambda number: rate(booking.post, number),
            "alone": lambda number: rate(booking.alone, number),
            "transfer": lambda number: rate(booking.transfer, number),
        }
    )
