"""The same award booked by an application on django-hordak that keeps the same beside it; and hordak's part alone."""

import datetime
import itertools
from decimal import Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django first
from django.db import connection, transaction  # noqa: E402
from hordak.models import Account, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402

from tests.bench.awards.models import Award, AwardLine, Evidence, EvidenceDetail  # noqa: E402
from tests.bench.posting_worker import rate, serve  # noqa: E402

PEOPLE = 50
HOURS = Money("2.00", "EUR")
AT = datetime.datetime(2026, 5, 18, 13, 6, tzinfo=datetime.UTC)
ON = AT.date()
FACTS = {
    "title": "立足儿童视角的环境创设",
    "form": "remote",
    "level": "city",
    "themes": ["ethics"],
    "purpose": "in-service",
    "provider": {"id": "35c61cb3-92cb-4862-91e1-9ed340b81260", "name": "培训机构"},
    "hundredths": 200,
    "minutes_per_hour": 45,
    "content": "",
    "school": {"id": "a2ad2f72-f939-4c30-b8eb-48695c4bfed9", "name": "实验小学"},
    "bureau": {"id": "0e321b8a-8e94-4203-bfc8-ceb2eabe729a", "name": "教育局"},
    "accredited": True,
}


class Booking:
    """An issuer, and a pending account a person."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            for model in (Evidence, EvidenceDetail, Award, AwardLine):
                editor.create_model(model)
        self.issued = Account.objects.create(name="issued", code="0", type="IN", currencies=["EUR"])
        self.pending = itertools.cycle(
            [
                Account.objects.create(
                    name=f"pending {number}", code=str(number + 1), type="AS", currencies=["EUR"]
                )
                for number in range(PEOPLE)
            ]
        )
        self.numbers = itertools.count()

    def transfer(self) -> None:
        """Hordak's part alone."""
        with transaction.atomic():
            self.issued.transfer_to(next(self.pending), HOURS, description="award", date=ON)

    def post(self) -> None:
        """One award: evidence in, hours booked once, balance known."""
        number = next(self.numbers)
        source, key = f"bench:{number}", f"award:{number}"
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=next(self.pending).pk)
            if Evidence.objects.filter(source_key=source).exists():
                return
            evidence = Evidence.objects.create(
                account=account,
                kind="media.watched",
                subject=f"media.asset:{number}",
                source_key=source,
                amount=Decimal("0.95"),
                spans=[[0, 285_000], [300_000, 570_000]],
                wall=[[(AT - datetime.timedelta(minutes=10)).isoformat(), AT.isoformat()]],
                facts={
                    "title": "进区的第一分钟",
                    "words": "《进区的第一分钟》看过 9:30，共 10:00",
                    "duration_ms": 600_000,
                    "reports": 60,
                    "flags": {},
                },
                recorded_at=AT,
            )
            EvidenceDetail.objects.create(
                evidence=evidence, data={"devices": ["Android · 微信"], "sessions": []}
            )
            if Award.objects.filter(account=account, key=key).exists():
                return
            before = account.get_balance()
            moved = Transaction.objects.create(description=key, date=ON)
            Leg.objects.create(transaction=moved, account=self.issued, credit=HOURS)
            Leg.objects.create(transaction=moved, account=account, debit=HOURS)
            award = Award.objects.create(
                account=account,
                key=key,
                transaction=moved,
                evidence=evidence,
                facts=FACTS | {"before": str(before)},
                recorded_at=AT,
            )
            AwardLine.objects.create(award=award, on=ON, hundredths=200)


if __name__ == "__main__":
    booking = Booking()
    serve(
        {
            "post": lambda number: rate(booking.post, number),
            "transfer": lambda number: rate(booking.transfer, number),
        }
    )
