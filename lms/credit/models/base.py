"""What tables that may only grow have in common."""

from django.db import models


class AppendOnly(models.Model):
    """A row that is never changed: the application's database role may SELECT and INSERT, nothing else.

    `lms.credit.apps` reads the mark and revokes the rest after each migrate; triggers are the second wall.
    """

    append_only = True

    class Meta:
        abstract = True
