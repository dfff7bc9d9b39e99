"""Lists of bookings, cut into pages by the database."""

from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from lms.credit import queries
from lms.web.entries import Shown

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer


def page_of(
    request: HttpRequest, transfers: "QuerySet[Transfer]", size: int, chosen: Shown | None
) -> "Page[Transfer]":
    """The page asked for; without a number the one that holds the chosen booking."""
    pages = Paginator(transfers, size)
    if "page" not in request.GET and chosen:
        place = queries.place_in(transfers, chosen.entry.last)
        if place is not None:
            return pages.get_page(place // size + 1)
    return pages.get_page(request.GET.get("page"))


def shown_on(page: "Page[Transfer]") -> list[Shown]:
    """The bookings of a page, in its order."""
    return [Shown(one) for one in queries.entries_at(page.object_list)]
