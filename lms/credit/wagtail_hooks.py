"""Policies and witnesses in Wagtail's admin."""

from typing import cast

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from lms.credit.views import policies
from lms.credit.viewsets import WitnessViewSet
from lms.people.models.person import Person
from lms.people.rules import is_bureau


class PoliciesMenuItem(MenuItem):
    """Shown to bureaus."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For administrators of a bureau or a district."""
        return is_bureau(cast("Person", request.user), timezone.localdate())


@hooks.register("register_admin_menu_item")
def policies_menu_item() -> MenuItem:
    """Before the people."""
    address = reverse("policies_admin:index")
    return PoliciesMenuItem(
        _("Credit-hour policies"), address, name="policies", icon_name=policies.ICON, order=490
    )


@hooks.register("register_admin_urls")
def policies_urls() -> list[URLResolver]:
    """/admin/policies/."""
    patterns = [
        path("", policies.index, name="index"),
        path("new/", policies.new, name="new"),
        path("how/", policies.how, name="how"),
        path("assignments/<int:pk>/", policies.end, name="end"),
        path("of/<slug:slug>/", policies.policy, name="policy"),
        path("of/<slug:slug>/begin/", policies.begin, name="begin"),
        path("of/<slug:slug>/try/", policies.try_out, name="try"),
        path("of/<slug:slug>/tried/", policies.tried, name="tried"),
        path("of/<slug:slug>/publish/", policies.publish, name="publish"),
        path("of/<slug:slug>/assign/", policies.assign_to, name="assign"),
    ]
    return [path("policies/", include((patterns, "policies_admin"), namespace="policies_admin"))]


@hooks.register("register_admin_viewset")
def witnesses() -> WitnessViewSet:
    """Whose countersignatures the site takes."""
    return WitnessViewSet("witness")
