"""The media plugin in the admin."""

from typing import cast

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from lms.api.people import Person
from media import queries
from media.views import admin, chooser


class VideosMenuItem(MenuItem):
    """Shown to whoever has videos to see."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For trainers and moderators."""
        person = cast("Person", request.user)
        return bool(queries.providers_seen_by(person, timezone.localdate()))


@hooks.register("register_admin_menu_item")
def videos_menu_item() -> MenuItem:
    """Videos, after pages and images."""
    address = reverse("media_admin:index")
    return VideosMenuItem(_("Videos"), address, name="videos", icon_name="media", order=250)


@hooks.register("register_admin_urls")
def videos_urls() -> list[URLResolver]:
    """/admin/videos/."""
    patterns = [
        path("", admin.index, name="index"),
        path("upload/", admin.upload, name="upload"),
        path("<uuid:asset_id>/", admin.video, name="video"),
    ]
    return [path("videos/", include((patterns, "media_admin"), namespace="media_admin"))]


@hooks.register("register_admin_viewset")
def asset_chooser() -> ViewSet:
    """/admin/videos/choose/."""
    return chooser.viewset
