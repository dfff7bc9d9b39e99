"""The words on a paper. It is set in Chinese whatever language its owner reads the site in."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from lms.credit.core import moves
from lms.credit.core.lines import HERE
from lms.credit.core.papers import STATEMENT, counted
from lms.credit.enums import AccountKind, Form, Level, Purpose, Theme

MOST_DAYS = 8
"""Days listed one by one; a longer training names its first and last day only."""


def paper(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the typst templates set and the public page shows, from what a paper states."""
    with override("zh-hans"):
        own = _statement(payload) if payload["type"] == STATEMENT else _certificate(payload)
        return own | {
            "code": payload["code"],
            "issuer": payload["issuer"],
            "number": _("No. %(code)s") % {"code": payload["code"]},
            "date": _day(_date(payload["issued_at"])),
            "scan": _("Scan to check: genuine only if the page says so."),
            "attached": _("What this paper states, to be checked without us"),
        }


def _certificate(payload: Mapping[str, Any]) -> dict[str, Any]:
    training = payload["training"]
    return {
        "title": _("Certificate of hours"),
        "text": list(_sentence(payload)),
        "rows": [[label, words] for label, words in _rows(training, payload) if words],
        "school": training["school"]["name"] if training["school"] else payload["issuer"],
        "proof": _("Signed with Ed25519 · ledger hash %(hash)s") % {"hash": payload["hash"][:16]},
    }


def _statement(payload: Mapping[str, Any]) -> dict[str, Any]:
    totals = payload["totals"]
    return {
        "title": _("Statement of hours"),
        "text": _period_sentence(payload),
        "totals": [
            [str(AccountKind(state).label), _kept(_("%(hours)s hours") % {"hours": totals[state]})]
            for state in moves.PERSONAL
            if state in totals
        ],
        "heads": [
            pgettext("certificate", "Day"),
            pgettext("certificate", "Training"),
            pgettext("certificate", "Form"),
            pgettext("certificate", "Hours"),
            pgettext("certificate", "State"),
        ],
        "entries": [_line(entry, payload["period"]["to"]) for entry in payload["entries"]],
        "school": payload["issuer"],
        "proof": _(
            "Signed with Ed25519; the file of the same name in this PDF can be checked without us."
        ),
    }


def _period_sentence(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    period, school = payload["period"], payload["school"]
    first, last = (datetime.date.fromisoformat(period[name]) for name in ("from", "to"))
    return [
        _part(_("This certifies that ")),
        _part(payload["person"]["name"], strong=True),
        _part(_(" (%(school)s)") % {"school": school} if school else ""),
        _part(
            _(
                " has the following hours on the days from %(first)s to %(last)s, as on record on %(known)s; of these, "
            )
            % {
                "first": _day(first),
                "last": _day(last),
                "known": _day(_date(payload["known_at"])),
            }
        ),
        _part(
            _kept(_("%(hours)s hours") % {"hours": counted(payload["totals"]).fixed()}), strong=True
        ),
        _part(_(" count (confirmed or registered).")),
    ]


def _line(entry: Mapping[str, Any], last: str) -> dict[str, Any]:
    training = entry["training"]
    provider = training["provider"]
    notes = [provider["name"] + _accredited(training) if provider else ""]
    notes.append(_("1 hour = %(minutes)s minutes") % {"minutes": training["minutes_per_hour"]})
    if entry["booked_on"] > last:
        notes.append(_("recorded later, on %(day)s") % {"day": entry["booked_on"]})
    return {
        "days": [
            f"{day}  {hours}" if len(entry["lines"]) > 1 else day for day, hours in entry["lines"]
        ],
        "title": training["title"],
        "notes": " · ".join(one for one in notes if one),
        "kind": f"{Form(training['form']).label} · {Level(training['level']).label}",
        "hours": entry["hours"],
        "state": str(AccountKind(entry["state"]).label),
    }


def _accredited(training: Mapping[str, Any]) -> str:
    if training["accredited"] is None:
        return ""
    return (
        _(" (accredited that day)") if training["accredited"] else _(" (not accredited that day)")
    )


def _sentence(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    training, lines = payload["training"], payload["lines"]
    first, last = (datetime.date.fromisoformat(lines[place][0]) for place in (0, -1))
    when = _day(first)
    if first != last:
        when = _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}
    school = training["school"]
    return [
        _part(_("This certifies that ")),
        _part(payload["person"]["name"], strong=True),
        _part(_(" (%(school)s)") % {"school": school["name"]} if school else ""),
        _part(
            _(" took part in “%(title)s” on %(when)s; confirmed by the school as ")
            % {"title": training["title"], "when": when}
        ),
        _part(_kept(_("%(hours)s hours") % {"hours": payload["hours"]}), strong=True),
        _part(
            _kept(_(" (1 hour = %(minutes)s minutes).") % {"minutes": training["minutes_per_hour"]})
        ),
    ]


def _rows(training: Mapping[str, Any], payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    provider = training["provider"]
    comma = pgettext("certificate", ", ")
    lines = payload["lines"]
    days = comma.join(
        _("%(day)s: %(hours)s hours") % {"day": day, "hours": hours} for day, hours in lines
    )
    return [
        (
            pgettext("certificate", "Provider"),
            provider["name"] + _accredited(training) if provider else "",
        ),
        (
            pgettext("certificate", "Form"),
            f"{Form(training['form']).label} · {Level(training['level']).label}",
        ),
        (
            pgettext("certificate", "Content"),
            comma.join(str(Theme(theme).label) for theme in training["themes"]),
        ),
        (pgettext("certificate", "Purpose"), str(Purpose(training["purpose"]).label)),
        (_("By day"), days if len(lines) <= MOST_DAYS else ""),
        (_("Confirmed on"), _day(datetime.date.fromisoformat(payload["confirmed_on"]))),
    ]


def _part(words: str, *, strong: bool = False) -> dict[str, Any]:
    return {"words": words, "strong": strong}


def _date(moment: str) -> datetime.date:
    return datetime.datetime.fromisoformat(moment).astimezone(HERE).date()


def _day(day: datetime.date) -> str:
    """2026 年 5 月 20 日, with the spaces that Chinese typography puts between figures and characters."""
    return _kept(f"{day.year} 年 {day.month} 月 {day.day} 日")


def _kept(words: str) -> str:
    """On one line: a figure and its unit are not torn apart."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
