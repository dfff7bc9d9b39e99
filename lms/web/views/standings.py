"""Where the teachers of one's schools stand: who is behind, and each school by requirement."""

import uuid
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lms.credit import tasks
from lms.credit.core.policy_rules import Policy
from lms.credit.domain import remind as domain
from lms.credit.domain.policies import rules_of
from lms.credit.queries import standings as queries
from lms.credit.queries.standings import Share, standings_at
from lms.people import queries as people
from lms.people.models import Organisation
from lms.web.standing import shown

PAGE = 50
SCHOOLS = 100
STATES: dict[str, Q] = {
    "behind": queries.BEHIND,
    "would": queries.WOULD_MEET,
    "met": queries.MET,
}
LEVELS = (40, 55, 70, 85)
"""Per cents from which a square of the heat map is a dip deeper."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One way to narrow the list, and how many it leaves."""

    state: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Square:
    """A requirement at a school; without a share nobody there is asked for it."""

    title: str
    share: Share | None
    least: int | None = None
    """What is asked of the school itself: of a hundred people so many."""

    @property
    def falls_short(self) -> bool:
        """Whether it is asked of the school, and fewer have done it."""
        return bool(
            self.least and self.share and self.share.met * 100 < self.least * self.share.asked
        )

    @property
    def level(self) -> int:
        """How deep its colour is, 1 to 5."""
        share = self.share.per_cent if self.share else 0
        return 1 + sum(share >= one for one in LEVELS)


@dataclass(frozen=True, kw_only=True)
class SchoolRow:
    """A line of the heat map."""

    school: Organisation
    whole: Share
    squares: tuple[Square, ...]


@require_safe
def standings(request: HttpRequest) -> HttpResponse:
    """The teachers of the reader's schools, those who are behind first; of one school, or of one state, when asked."""
    reader: Any = request.user
    today = timezone.localdate()
    schools = people.schools_in_charge_of(reader, today)
    wanted = _uuid(request)
    chosen = schools.filter(public_id=wanted).first() if wanted else None
    listed = standings_at(schools.filter(pk=chosen.pk) if chosen else schools)
    tally = queries.tally(listed)
    state = request.GET.get("state", "behind")
    found = listed.filter(STATES[state]) if state in STATES else listed
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "wide": True,
        "school": chosen,
        "tally": tally,
        "state": state,
        "filters": [
            Filter(state="behind", label=_("Behind"), count=tally.behind),
            Filter(state="would", label=_("Met once confirmed"), count=tally.would_meet),
            Filter(state="met", label=_("Met"), count=tally.met),
            Filter(state="all", label=_("All"), count=tally.people),
        ],
        "page": page,
        "stands": [shown(row, today) for row in page.object_list],
        "reminded": queries.reminded([row.person_id for row in page.object_list], today),
    }
    return render(request, "lms/standings.html", context)


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the ticked teachers of what they owe, or all that the page listed."""
    reader: Any = request.user
    names = request.POST.getlist("listed" if "all" in request.POST else "person")
    wanted = [one for one in map(_as_uuid, names[:PAGE]) if one]
    if not wanted:
        messages.warning(request, _("Nobody was chosen. Tick whom to remind."))
        return redirect(_back(request))
    told = domain.remind(by=reader, wanted=wanted, at=timezone.now())
    for one in told.sent:
        transaction.on_commit(partial(tasks.mail_reminder.enqueue, one.pk))
    words = ngettext(
        "%(count)d teacher is reminded: it stands on their first page.",
        "%(count)d teachers are reminded: it stands on their first page.",
        len(told.sent),
    )
    messages.success(request, words % {"count": len(told.sent)})
    if told.before:
        words = ngettext(
            "%(count)d was reminded today already.",
            "%(count)d were reminded today already.",
            told.before,
        )
        messages.info(request, words % {"count": told.before})
    if told.nothing:
        words = ngettext("%(count)d owes nothing.", "%(count)d owe nothing.", told.nothing)
        messages.info(request, words % {"count": told.nothing})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The list as it was, never another site's page."""
    there = reverse("standings")
    asked = QueryDict(request.POST.get("query", ""))
    known = {name: asked[name] for name in ("state", "school", "page") if asked.get(name)}
    return f"{there}?{urlencode(known)}" if known else there


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """The heat map: a line a school, a square a requirement, the palest first; each square says its number."""
    reader: Any = request.user
    mine = people.schools_in_charge_of(reader, timezone.localdate())
    places = {one.pk: one for one in mine}
    shares, versions = queries.shares_by_school(list(places))
    columns = [
        ((policy, id_), title, least)
        for policy, version in sorted(versions.items())
        for id_, title, least in _asked_by(rules_of(version))
        if any((policy, id_) in one.rules for one in shares.values())
    ]
    rows = [
        SchoolRow(
            school=places[pk],
            whole=one.whole,
            squares=tuple(
                Square(title=title, share=one.rules.get(key), least=least)
                for key, title, least in columns
            ),
        )
        for pk, one in shares.items()
    ]
    rows.sort(key=lambda row: (row.whole.per_cent, row.school.name))
    page = Paginator(rows, SCHOOLS).get_page(request.GET.get("page"))
    context = {
        "wide": True,
        "page": page,
        "rows": page.object_list,
        "columns": [{"title": title, "least": least} for _key, title, least in columns],
        "levels": LEVELS,
        "policies": [one.policy for one in versions.values()],
    }
    return render(request, "lms/standings_schools.html", context)


def _asked_by(rules: Policy) -> list[tuple[str, str, int | None]]:
    """Each requirement's id and title; of those of the school itself also of how many in a hundred it is asked."""
    return [
        *((one.id, one.title, None) for one in rules.requirements),
        *((one.id, one.title, one.share) for one in rules.school_requirements),
    ]


def _uuid(request: HttpRequest) -> uuid.UUID | None:
    return _as_uuid(request.GET.get("school", ""))


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
