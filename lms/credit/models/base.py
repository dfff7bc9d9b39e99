"""What tables that may only grow have in common."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

_REFUSE = "RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;"


class AppendOnly(models.Model):
    """A row that is never changed: the application's database role may SELECT and INSERT, nothing else.

    `lms.credit.apps` reads the mark and revokes the rest after each migrate. The triggers are the second wall: they
    stop the owner too. A model's own Meta inherits this one's and adds its triggers to `*AppendOnly.Meta.triggers`.
    """

    append_only = True

    class Meta:
        abstract = True
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="refuse_change",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_REFUSE,
            ),
            pgtrigger.Trigger(
                name="refuse_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func=_REFUSE,
            ),
        ]
