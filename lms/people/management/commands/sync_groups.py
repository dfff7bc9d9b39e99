"""`manage.py sync_groups`: Wagtail's groups as today's duties say; run it daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q
from django.utils import timezone

from lms.people.domain.groups import sync_groups
from lms.people.models import Person


class Command(BaseCommand):
    """Derives everybody's groups from their duties."""

    help = "Derive everybody's groups in the admin from the duties in force today."

    def handle(self, **options: Any) -> None:
        today = timezone.localdate()
        concerned = Person.objects.filter(Q(duties__isnull=False) | Q(groups__isnull=False))
        for person in concerned.distinct().iterator():
            sync_groups(person, today)
