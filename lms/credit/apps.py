"""The credit app."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.plugins.registry import registry
from lms.runtime.grants import grant


def grant_application_role(using: str, **_: Any) -> None:
    """After every migrate: give the application's role its rights; models marked `append_only` may only grow."""
    append_only = [
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    ]
    with connections[using].cursor() as cursor:
        grant(cursor, role=settings.DATABASE_APP_ROLE, append_only=append_only)


def publish_shipped_policies(using: str, **_: Any) -> None:
    """After every migrate: publish the policies that come with the platform, once the tables are the code's."""
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes("credit")):
        from lms.credit.domain.policies import load_shipped  # noqa: PLC0415 - reads models

        load_shipped(at=timezone.now())


class CreditConfig(AppConfig):
    """Evidence, the ledger, policies and statements."""

    name = "lms.credit"
    label = "credit"
    verbose_name = _("Credit hours")

    def ready(self) -> None:
        """Keep the database's grants in step with the models; say what is kept about a person; listen."""
        from lms.credit import receivers  # noqa: PLC0415 - reads models
        from lms.credit.flag_words import KINDS  # noqa: PLC0415 - reads models
        from lms.credit.personal import PERSONAL_DATA  # noqa: PLC0415 - reads models

        registry.add(PERSONAL_DATA, *KINDS)
        receivers.connect()
        post_migrate.connect(publish_shipped_policies, sender=self)
        post_migrate.connect(grant_application_role, sender=self)
