"""Every route: the platform's own, each plugin's under its prefix, Wagtail's pages last."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms.plugins.config import PluginConfig


def _plugin_urls() -> list[URLPattern | URLResolver]:
    return [
        path(config.url_prefix, include((f"{config.name}.urls", config.name)))
        for config in apps.get_app_configs()
        if isinstance(config, PluginConfig) and config.url_prefix
    ]


handler500 = "lms.web.views.failures.failed"
urlpatterns = [
    path("", include("lms.web.urls")),
    path("", include("lms.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *_plugin_urls(),
    path("", include(wagtail_urls)),
]
