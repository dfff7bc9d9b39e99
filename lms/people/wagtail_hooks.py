"""Wagtail's hooks: choosers, menus and documents keep to what somebody may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.models import Page

from lms.people.admin_wall import DOCUMENT, PAGE, visible
from lms.people.permissions import may_use, require
from lms.people.queries import provider_of_page
from lms.people.rules import may_publish
from lms.people.viewsets import PeopleViewSetGroup


@hooks.register("construct_page_chooser_queryset")
def choose_among_visible_pages(pages: Any, request: HttpRequest) -> Any:
    """The page chooser offers what its person may explore; Wagtail's shows everybody's."""
    return pages & visible(request.user, PAGE) if not request.user.is_superuser else pages


@hooks.register("construct_main_menu")
def hide_reports(request: HttpRequest, items: list[Any]) -> None:
    """Reports speak of all providers, so only superusers have them (see rows.py)."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in {"reports", "help"}]


@hooks.register("before_serve_document")
def check_document(document: Any, request: HttpRequest) -> None:
    """Documents open to those who work with them, and to whom a plugin gives them ("document:<pk>")."""
    require(
        visible(request.user, DOCUMENT).filter(pk=document.pk).exists()
        or may_use(request.user, f"document:{document.pk}")
    )


@hooks.register("before_publish_page")
def check_publisher(request: HttpRequest, page: Page) -> None:
    """Nobody publishes what they own or handed in."""
    provider, state = provider_of_page(page), page.current_workflow_state
    if provider is None or request.user.is_superuser:
        return
    makers = {page.owner_id, state.requested_by_id if state else None}
    require(
        may_publish(request.user, provider, makers, timezone.localdate()),
        gettext("Somebody else has to publish this: nobody publishes their own work."),
    )


@hooks.register("before_bulk_action")
def check_publishers(request: HttpRequest, action: str, objects: Any, instance: Any) -> None:
    """The same for many pages at once."""
    if action == "publish":
        for page in objects:
            check_publisher(request, page)


@hooks.register("before_copy_page")
def check_copy(request: HttpRequest, page: Page) -> None:
    """A copy is one's own, so it is not published with the copying."""
    if request.POST.get("publish_copies"):
        require(
            request.user.is_superuser,
            gettext("Somebody else has to publish this: nobody publishes their own work."),
        )


@hooks.register("register_admin_viewset")
def people_viewsets() -> PeopleViewSetGroup:
    """Organisations, providers, accreditations, roles and duties."""
    return PeopleViewSetGroup()
