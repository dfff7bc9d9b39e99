"""A wall in Wagtail's admin between providers: an address that names somebody else's thing finds nothing.

Wagtail asks its permissions view by view, and some views (choosers, moves, usage) do not ask. Here every address below
/admin/ is looked at once, by the names of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.http import Http404, QueryDict
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

if TYPE_CHECKING:
    from django.urls import ResolverMatch

    from lms.people.models import Person

PAGE, IMAGE, DOCUMENT = "page", "image", "document"

_BY_ARGUMENT = {
    "page_id": PAGE,
    "parent_page_id": PAGE,
    "page_to_move_id": PAGE,
    "destination_id": PAGE,
    "image_id": IMAGE,
    "document_id": DOCUMENT,
    "doc_id": DOCUMENT,
}
# Where an address says no more than "pk".
_BY_NAMESPACE = {
    "wagtailadmin_pages": PAGE,
    "wagtailadmin_api:pages": PAGE,
    "wagtailimages_chooser": IMAGE,
    "wagtaildocs_chooser": DOCUMENT,
}
_BY_MODEL = {"page": PAGE, "image": IMAGE, "document": DOCUMENT}
_ANY = ("add", "change", "delete", "choose")


def check_things(person: Person, match: ResolverMatch, query: QueryDict) -> None:
    """Raises Http404 when the address names a page, image or document that the person has nothing to do with."""
    if person.is_superuser:
        return
    for kind, value in (*_named(match), *_named_for_bulk_action(match, query)):
        if not value.isdecimal() or not visible(person, kind).filter(pk=value).exists():
            raise Http404


def _named(match: ResolverMatch) -> Iterator[tuple[str, str]]:
    for argument, value in match.kwargs.items():
        kind = _BY_ARGUMENT.get(argument)
        if argument == "pk":
            kind = _BY_NAMESPACE.get(match.namespace)
        if kind:
            yield kind, str(value)


def _named_for_bulk_action(match: ResolverMatch, query: QueryDict) -> Iterator[tuple[str, str]]:
    kind = _BY_MODEL.get(match.kwargs.get("model_name", ""))
    if match.view_name != "wagtail_bulk_action" or kind is None:
        return
    for value in query.getlist("id"):
        # "all" files are those that one may change; "all" pages are everybody's, and no number, so they are not found.
        if value != "all" or kind == PAGE:
            yield kind, value


def visible(person: Any, kind: str) -> Any:
    """The pages, images or documents that somebody may work with, as a queryset; ancestors of their pages too."""
    if kind == PAGE:
        return policy_registry.get_by_type(Page).explorable_instances(person)
    model = get_image_model() if kind == IMAGE else get_document_model()
    return policy_registry.get_by_type(model).instances_user_has_any_permission_for(person, _ANY)
