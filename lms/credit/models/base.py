"""What tables that may only grow have in common."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

_REFUSE = "RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;"
_REFUSE_UNNAMED = """
    IF EXISTS (SELECT FROM credit_erasure WHERE what = TG_TABLE_NAME AND subject = {key}) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A row of % goes only with a row of credit_erasure that says why.', TG_TABLE_NAME;
"""


def _refuse_truncate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="refuse_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_REFUSE,
    )


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
            _refuse_truncate(),
        ]


def erasable(key: str) -> list[Any]:
    """Triggers of a table whose rows are never changed, and removed only with an Erasure that names their `key`."""
    return [
        pgtrigger.Trigger(
            name="refuse_change", when=pgtrigger.Before, operation=pgtrigger.Update, func=_REFUSE
        ),
        pgtrigger.Trigger(
            name="refuse_unnamed_delete",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=_REFUSE_UNNAMED.format(key=f"OLD.{key}"),
        ),
        _refuse_truncate(),
    ]
