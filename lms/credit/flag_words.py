"""How the platform's own flags ask, in words."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lms.credit.domain.flags import LONG_SITTING, ODD_HOURS
from lms.plugins.hooks import FlagKind


def _odd_hours(facts: Mapping[str, Any]) -> str:
    said = _("%(minutes)d minutes of it lie between %(from)s and %(to)s at night.")
    return said % {"minutes": facts["seconds"] // 60, "from": facts["from"], "to": facts["to"]}


def _long_sitting(facts: Mapping[str, Any]) -> str:
    said = _("It went on for %(hours)s hours without a pause, from %(from)s to %(to)s.")
    start, end = (
        date_format(
            localtime(datetime.datetime.fromisoformat(facts[one])),
            pgettext("date format", "j F H:i"),
        )
        for one in ("from", "to")
    )
    return said % {"hours": round(facts["seconds"] / 3600, 1), "from": start, "to": end}


KINDS = (
    FlagKind(key=ODD_HOURS, label=gettext_lazy("At night"), ask=_odd_hours),
    FlagKind(key=LONG_SITTING, label=gettext_lazy("Long without a pause"), ask=_long_sitting),
)
