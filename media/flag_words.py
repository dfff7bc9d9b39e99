"""How flags about watching ask, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.api.hooks import FlagKind
from media.domain.oddities import TOO_FAST, TWO_DEVICES


def _too_fast(facts: Mapping[str, Any]) -> str:
    said = _(
        "%(count)d of %(all)d reports claimed more than the clock allows. Only what fits was counted."
    )
    return said % {"count": facts["reports"], "all": facts["of"]}


def _two_devices(facts: Mapping[str, Any]) -> str:
    said = _(
        "Two devices played it at the same time; they took turns %(count)d times. Each minute was counted once."
    )
    return said % {"count": facts["turns"]}


KINDS = (
    FlagKind(key=TOO_FAST, label=gettext_lazy("Faster than the clock"), ask=_too_fast),
    FlagKind(key=TWO_DEVICES, label=gettext_lazy("Two devices at the same time"), ask=_two_devices),
)
