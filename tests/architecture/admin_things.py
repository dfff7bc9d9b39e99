"""What the walk through /admin points at: things of a provider, by the names that addresses use.

A plugin that brings a viewset adds its namespace to ADMIN_KEYS in foreign.py (or rows of its own with `foreign`), else
the walk has nothing to point at.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site, Task

from tests.architecture.foreign import ADMIN_KEYS, BUILDERS, MARK, World
from tests.architecture.routes import Route


@dataclass
class AdminThings:
    """What a provider has in Wagtail's admin, by the names that its addresses use."""

    world: World
    page: Page = field(init=False)
    by_argument: dict[str, Any] = field(init=False)
    by_namespace: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Make a draft in its workflow, an image and a document."""
        provider, trainer = self.world.provider, self.world.people["trainer"]
        page = provider.page.add_child(
            instance=Page(title=f"{MARK}在审课程", slug="waiting", live=False, owner=trainer)
        )
        revision = page.save_revision(user=trainer)
        state = page.get_workflow().start(page, trainer)
        image = get_image_model().objects.create(
            title=f"{MARK}图片",
            file=get_test_image_file(filename="foreign.png"),
            collection=provider.collection,
        )
        document = get_document_model().objects.create(
            title=f"{MARK}文档",
            file=ContentFile(b"foreign", name="foreign.txt"),
            collection=provider.collection,
        )
        task = Task.objects.get(pk=state.current_task_state.task_id)
        self.page, self.image, self.document = page, image, document
        pages = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk")
        self.by_argument = dict.fromkeys(pages, page.pk) | {
            "object_id": page.pk,
            "revision_id": revision.pk,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "image_id": image.pk,
            "filter_spec": "max-100x100",
            "document_id": document.pk,
            "doc_id": document.pk,
            "uploaded_file_id": 1,
            "session_id": 1,
            "collection_id": provider.collection.pk,
            "task_id": task.pk,
            "task_state_id": state.current_task_state.pk,
            "workflow_state_id": state.pk,
            "workflow_pk": state.workflow_id,
            "action_name": "approve",
            "action": "delete",
            **dict.fromkeys(("app_label", "app_name", "content_type_app_name"), "wagtailcore"),
            **dict.fromkeys(("model_name", "content_type_model_name"), "page"),
        }
        self.by_namespace = {
            "wagtailadmin_pages": page.pk,
            "wagtailadmin_api:pages": page.pk,
            "wagtailadmin_api:images": image.pk,
            "wagtailadmin_api:documents": document.pk,
            "wagtailimages_chooser": image.pk,
            "wagtaildocs_chooser": document.pk,
            "wagtailadmin_collections": provider.collection.pk,
            "wagtailadmin_workflows": state.workflow_id,
            "wagtailusers_users": trainer.pk,
            "wagtailusers_groups": Group.objects.get(name=f"Trainers: {provider.slug}").pk,
            "wagtailsites": Site.objects.get().pk,
        } | {namespace: build(self.world) for namespace, build in ADMIN_KEYS.items()}

    def address(self, route: Route) -> str:
        """The address of a route below /admin/, pointing at these things, or at what its own row's builder makes."""
        if route.row and route.row.foreign:
            made = BUILDERS[route.row.foreign](self.world)
            named = isinstance(made, dict)
            return reverse(route.name, kwargs=made if named else None, args=None if named else made)
        namespace = route.name.rpartition(":")[0]
        values = self.by_argument | {"pk": self.by_namespace.get(namespace)}
        return reverse(route.name, kwargs={name: values[name] for name in route.arguments})

    def snapshot(self) -> list[Any]:
        """All that must be the same after others have tried."""
        self.world.provider.refresh_from_db()
        collection = self.world.provider.collection
        pages = Page.objects.descendant_of(self.world.provider.page, inclusive=True)
        return [
            list(pages.order_by("path").values("pk", "path", "title", "live", "locked", "owner")),
            list(pages.order_by("path").values("latest_revision", "live_revision", "draft_title")),
            list(type(self.image).objects.filter(collection=collection).values("title", "file")),
            list(type(self.document).objects.filter(collection=collection).values("title", "file")),
            collection.name if collection else None,
            [
                list(person.groups.order_by("pk").values_list("pk"))
                for person in self.world.people.values()
            ],
            list(Task.objects.order_by("pk").values("name", "active")),
        ]
