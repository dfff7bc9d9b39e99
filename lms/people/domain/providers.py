"""Opening a provider, and what it owns in Wagtail: pages, a collection of files, groups and a workflow between them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from lms.people.domain.groups import moderators_group, trainers_group
from lms.people.events import provider_opened
from lms.people.models import Accreditation, PeerApprovalTask, Provider

# Whoever approves publishes; that it is not their own, the workflow's task and wagtail_hooks see to.
_TRAINERS_MAY = ("add", "change")
_MODERATORS_MAY = ("change", "publish", "lock", "unlock")
_FILES = (
    ("wagtailimages", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", ("add_document", "change_document", "choose_document")),
)


@transaction.atomic
def open_provider(*, provider: Provider, accreditation: Accreditation | None = None) -> Provider:
    """Store a new provider with what belongs to it, and its first accreditation, which names no provider yet.

    Raises ValidationError where the accreditation's days or bureau cannot be.
    """
    provider.save()
    if accreditation:
        accreditation.provider = provider
        accreditation.full_clean()
        accreditation.save()
    provider_opened.send(sender=Provider, provider=provider)
    return provider


@transaction.atomic
def provision_provider(*, provider: Provider, page: Page) -> Provider:
    """Give a provider the pages at and under `page`, a collection, groups and a workflow. May run again."""
    trainers, moderators = trainers_group(provider), moderators_group(provider)
    if provider.collection is None:
        root = Collection.get_first_root_node()
        provider.collection = root.add_child(name=provider.name)
    provider.page = Page.objects.get(pk=page.pk)
    provider.save(update_fields=["page", "collection"])
    for group, may in ((trainers, _TRAINERS_MAY), (moderators, _MODERATORS_MAY)):
        _permit_pages(group, provider.page, may)
        _permit_files(group, provider.collection)
    _workflow(provider, moderators)
    return provider


def _permit_pages(group: Group, page: Page, may: Iterable[str]) -> None:
    for one in may:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=f"{one}_page"
        )
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _permit_files(group: Group, collection: Collection) -> None:
    for app, codenames in _FILES:
        for permission in Permission.objects.filter(
            content_type__app_label=app, codename__in=codenames
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _workflow(provider: Provider, moderators: Group) -> None:
    # A row that people read ("submit to ..."), so in the site's language, whoever makes it.
    with translation.override(settings.LANGUAGE_CODE):
        name = gettext("course review of %(provider)s") % {"provider": provider.name}
    if provider.page is None or WorkflowPage.objects.filter(page=provider.page).exists():
        return
    workflow = Workflow.objects.create(name=name)
    task = PeerApprovalTask.objects.filter(groups=moderators).first()
    if task is None:
        task = PeerApprovalTask.objects.create(name=name)
        task.groups.add(moderators)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.create(workflow=workflow, page=provider.page)
