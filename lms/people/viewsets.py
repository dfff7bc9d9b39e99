"""The bureau's part of the admin: organisations, providers, accreditations, roles, duties. Spells end."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from lms.people.admin_forms import (
    DutyForm,
    OrganisationForm,
    ProviderForm,
    ReachForm,
    RoleSpellForm,
)
from lms.people.models import Accreditation, Duty, Organisation, Provider, RoleSpell
from lms.people.policy import within_reach


class _Reach:
    """Rows within reach; another's is not found."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return within_reach(self.request.user, self.model, timezone.localdate())  # type: ignore[attr-defined] # a mixin of views

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        return get_object_or_404(_Reach.get_base_queryset(self), pk=self.kwargs["pk"])  # type: ignore[attr-defined] # as above


class ReachIndexView(_Reach, generic.IndexView):
    """The list."""


class ReachEditView(_Reach, generic.EditView):
    """The editor."""


class ReachHistoryView(_Reach, generic.HistoryView):
    """Who changed what."""


class ReachUsageView(_Reach, generic.UsageView):
    """Where it is used."""


class ReachDeleteView(_Reach, generic.DeleteView):
    """Only for superusers: nobody else has the permission."""


class _Part(ModelViewSet):
    index_view_class = ReachIndexView
    edit_view_class = ReachEditView
    history_view_class = ReachHistoryView
    usage_view_class = ReachUsageView
    delete_view_class = ReachDeleteView
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return self.own_form


def _form(model: type[Any], base: type[Any], *names: str) -> type[Any]:
    meta = type("Meta", (), {"model": model, "fields": names})
    return type(f"{model.__name__}Form", (base,), {"Meta": meta})


class OrganisationViewSet(_Part):
    """Bureaus, districts, schools."""

    model = Organisation
    icon = "site"
    own_form = _form(Organisation, OrganisationForm, "name", "kind")
    list_display = ("name", "kind")
    list_filter = ("kind",)
    ordering = "path"


class ProviderViewSet(_Part):
    """Providers."""

    model = Provider
    icon = "group"
    own_form = ProviderForm
    list_display = ("name", "slug")


class AccreditationViewSet(_Part):
    """Accreditations."""

    model = Accreditation
    icon = "check"
    own_form = _form(Accreditation, ReachForm, "provider", "bureau", "number", "from_on", "to_on")
    list_display = ("provider", "bureau", "from_on", "to_on")


class RoleSpellViewSet(_Part):
    """Roles."""

    model = RoleSpell
    icon = "user"
    own_form = RoleSpellForm
    list_display = ("person", "role", "organisation", "from_on", "to_on")
    list_filter = ("role",)


class DutyViewSet(_Part):
    """Duties."""

    model = Duty
    icon = "key"
    own_form = DutyForm
    list_display = ("person", "kind", Column("place", label=_("Where")), "from_on", "to_on")
    list_filter = ("kind",)


class PeopleViewSetGroup(ModelViewSetGroup):
    """All of it under one entry of the menu."""

    items = (
        OrganisationViewSet,
        ProviderViewSet,
        AccreditationViewSet,
        RoleSpellViewSet,
        DutyViewSet,
    )
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 500
