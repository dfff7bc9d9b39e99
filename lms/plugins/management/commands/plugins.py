"""`manage.py plugins`: what is installed and what it contributes."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from lms.plugins.config import PluginConfig
from lms.plugins.hooks import HOOKS, Contribution
from lms.plugins.registry import registry


class Command(BaseCommand):
    """Print each plugin with its version and the keys of its contributions."""

    help = "List installed plugins and what they contribute."

    def handle(self, **_: Any) -> None:
        """Print the list."""
        for config in apps.get_app_configs():
            if isinstance(config, PluginConfig):
                self.stdout.write(f"{config.name} {config.version} (API {config.requires_api})")
                for hook in HOOKS:
                    keys = self._keys(hook, config.name)
                    if keys:
                        self.stdout.write(f"  {hook.__name__}: {', '.join(keys)}")

    @staticmethod
    def _keys(hook: type[Contribution], plugin: str) -> list[str]:
        found: tuple[Contribution, ...] = registry.all(hook)
        keys = [one.key for one in found]
        return [key for key in keys if key.replace(":", ".").startswith(f"{plugin}.")]
