"""`manage.py retention`: erase what the rules of retention say, or what one person asked for."""

import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.credit.domain import retention
from lms.credit.errors import StillHere
from lms.people.models.person import Person


class Command(BaseCommand):
    """The clock does the first by itself each day; the second is for whoever was asked in writing."""

    help = (
        "Erase what falls under lms/credit/retention.toml; with --person, all that names somebody "
        "who left and asked for it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--person", help="Public id of who left.")
        parser.add_argument("--by", help="Public id of who carries it out; needed with --person.")

    def handle(self, *, person: str | None, by: str | None, **_: Any) -> None:
        at = timezone.now()
        if person is None:
            for rule, count in retention.run(at=at).items():
                self.stdout.write(f"{rule}: {count} erased.")
            return
        if by is None:
            raise CommandError("Say who carries it out: --by.")
        try:
            gone = retention.erase_person(person=_found(person), by=_found(by), at=at)
        except StillHere as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{gone} rows and the name erased; hours and their proof stay.")


def _found(public_id: str) -> Person:
    try:
        return Person.objects.get(public_id=public_id)
    except (Person.DoesNotExist, ValidationError) as error:
        raise CommandError(f"There is nobody with the id {public_id}.") from error
