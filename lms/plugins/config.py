"""The base of a plugin's app configuration."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig

from lms.plugins.registry import registry

API_VERSION = 1


class PluginConfig(AppConfig):
    """A Django app that an entry point of the group `lms.plugins` names.

    `requires_api` is the API_VERSION it was written for; `url_prefix` where its `urls` module is mounted ("" for none).
    Its module `plugin` has `register(registry)`, which adds all that it contributes.
    """

    version: ClassVar[str]
    requires_api: ClassVar[int]
    url_prefix: ClassVar[str] = ""

    def ready(self) -> None:
        """Register what the plugin contributes, unless it needs an API that we do not offer."""
        if self.requires_api != API_VERSION:
            registry.problems.append(
                f"Plugin {self.name} {self.version} needs API {self.requires_api}, this is API {API_VERSION}. "
                "Install a matching version of the plugin."
            )
            return
        with registry.adding_for(self.name):
            import_module(f"{self.name}.plugin").register(registry)
