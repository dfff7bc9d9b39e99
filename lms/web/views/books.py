"""Books of hours (台账): a school's, for a period, as known on a day; to read, to print, and for Excel."""

import datetime
import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lms.credit.core.lines import day_of
from lms.credit.core.periods import Period
from lms.credit.queries.books import book_of, sums_of
from lms.people import queries as people
from lms.people import rules
from lms.people.enums import OrganisationKind
from lms.people.models import Organisation
from lms.people.permissions import require
from lms.web.books import rows, workbook
from lms.web.periods import PeriodFilter, half_year

PAGE = 100
WHOLE = 2000
"""As many rows are shown on one page for printing; more go by file."""
SCHOOLS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """The schools whose books one may see."""
    user: Any = request.user
    schools = people.schools_answered_for_by(user, timezone.localdate()).order_by("path")
    if words := request.GET.get("q", "").strip():
        schools = schools.filter(name__icontains=words.replace("\0", ""))
    page = Paginator(schools, SCHOOLS).get_page(request.GET.get("page"))
    return render(request, "lms/books.html", {"wide": True, "page": page, "words": words})


@require_safe
def book(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A school's book; `?whole=1` is all of it on one page, to be printed."""
    school, asked, period, known_at = _asked(request, public_id)
    bookings = book_of(school, period, known_at, day_of(known_at))
    size = WHOLE if "whole" in request.GET else PAGE
    page = Paginator(bookings.select_related("person"), size).get_page(request.GET.get("page"))
    context = {
        "wide": True,
        "school": school,
        "form": asked,
        "period": period,
        "known_at": known_at,
        "page": page,
        "rows": rows(list(page.object_list), period, known_at),
        "sums": sums_of(bookings, period, known_at),
        "whole": size == WHOLE,
    }
    status = 200 if asked.is_valid() else 422
    return render(request, "lms/book.html", context, status=status)


@require_safe
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same as an Excel file."""
    school, _form, period, known_at = _asked(request, public_id)
    bookings = book_of(school, period, known_at, day_of(known_at))
    title = _("Book of hours of %(school)s") % {"school": school.name}
    content = workbook(
        title=title,
        bookings=bookings,
        sums=sums_of(bookings, period, known_at),
        period=period,
        known_at=known_at,
    )
    answer = HttpResponse(content, content_type=XLSX)
    name = f"{title} {period.first or ''}—{period.last}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _asked(
    request: HttpRequest, public_id: uuid.UUID
) -> tuple[Organisation, PeriodFilter, Period, datetime.datetime]:
    """The school, the form, its period and moment; this half-year as known now where the address makes no sense."""
    now = timezone.now()
    today = timezone.localdate()
    school = get_object_or_404(Organisation, public_id=public_id, kind=OrganisationKind.SCHOOL)
    require(rules.may_see_books_of(request.user, school, today))
    asked = PeriodFilter(request.GET, today=today)
    return school, asked, asked.period or half_year(today), asked.known_at(now)
