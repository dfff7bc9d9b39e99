"""Witnesses in Wagtail's admin: a bureau enters whose countersignatures the site takes."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from lms.credit.forms.witnesses import WitnessForm
from lms.credit.models.proof import Witness
from lms.people.models.person import Person
from lms.people.policy import organisations_within_reach
from lms.people.rules import is_bureau


class BureauPermissionPolicy(BasePermissionPolicy):
    """Administrators of a bureau enter and change; only a superuser removes."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Asked by each view, and by the menu."""
        if user.is_superuser:
            return True
        return action in {"view", "add", "change"} and is_bureau(user, timezone.localdate())

    def users_with_any_permission(self, actions: Any) -> QuerySet[Any]:
        """Whom Wagtail may notify; nobody has to be here."""
        return Person.objects.filter(is_superuser=True)


class _Reach:
    """Witnesses of the organisations within reach; another's is not found."""

    def get_base_queryset(self) -> QuerySet[Witness]:
        places = organisations_within_reach(self.request.user, timezone.localdate())  # type: ignore[attr-defined] # a mixin of views
        return Witness.objects.filter(organisation__in=places).select_related("organisation")

    def get_object(self, *args: Any, **kwargs: Any) -> Witness:
        return get_object_or_404(_Reach.get_base_queryset(self), pk=self.kwargs["pk"])  # type: ignore[attr-defined] # as above


register_permission_policy(Witness, BureauPermissionPolicy(Witness))


class WitnessIndexView(_Reach, generic.IndexView):
    """The list."""


class WitnessEditView(_Reach, generic.EditView):
    """Taking a key out of use."""


class WitnessHistoryView(_Reach, generic.HistoryView):
    """Who changed what."""


class WitnessUsageView(_Reach, generic.UsageView):
    """Where it is used."""


class WitnessDeleteView(_Reach, generic.DeleteView):
    """Only for superusers: nobody else has the permission."""


class WitnessViewSet(ModelViewSet):
    """Whose countersignatures are taken."""

    model = Witness
    icon = "view"
    menu_label = _("Witnesses")
    menu_order = 510
    add_to_admin_menu = True
    index_view_class = WitnessIndexView
    edit_view_class = WitnessEditView
    history_view_class = WitnessHistoryView
    usage_view_class = WitnessUsageView
    delete_view_class = WitnessDeleteView
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ("__str__", "organisation", "active")

    def get_form_class(self, for_update: bool = False) -> Any:
        """Ours, for both."""
        return WitnessForm
