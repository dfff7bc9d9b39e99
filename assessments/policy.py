"""Wagtail's admin asks here who may do what with papers; the answers come from rules.py."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from wagtail.permission_policies import BasePermissionPolicy

from assessments import rules
from assessments.models import Paper
from lms.api.people import Person, Provider, providers_moderated_by, providers_taught_by
from lms.api.permissions import is_moderator, is_trainer

_READ = frozenset({"view"})


class PaperPolicy(BasePermissionPolicy):
    """Trainers edit their providers' papers, moderators look at them, from today's duties."""

    def user_has_permission(self, user: Person, action: str) -> bool:
        """Whether there can be any paper with which somebody may do this."""
        today = timezone.localdate()
        if user.is_superuser or is_trainer(user, today):
            return bool(user.is_active)
        return action in _READ and is_moderator(user, today)

    def user_has_permission_for_instance(self, user: Person, action: str, instance: Paper) -> bool:
        """Whether somebody may do this with this paper."""
        today = timezone.localdate()
        if action in _READ:
            return rules.may_read(user, instance, today)
        if action == "delete" and instance.versions.exists():
            return False  # somebody began it: their attempt stays readable
        return rules.may_edit(user, instance, today)

    def instances_user_has_any_permission_for(
        self, user: Person, actions: list[str]
    ) -> QuerySet[Paper]:
        """The papers with which somebody may do one of these."""
        return Paper.objects.filter(provider__in=self._providers(user, actions))

    def _providers(self, user: Person, actions: list[str]) -> Any:
        if user.is_superuser:
            return Provider.objects.all()
        today = timezone.localdate()
        found = set(providers_taught_by(user, today))
        if _READ & set(actions):
            found |= set(providers_moderated_by(user, today))
        return found
