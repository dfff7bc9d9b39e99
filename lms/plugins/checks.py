"""System checks: whatever is wrong with plugins is said by `manage.py check`, with what to do."""

from typing import Any

from django.core.checks import Error, register

from lms.plugins.registry import registry


@register()
def check_plugins(**_: Any) -> list[Error]:
    """One error a problem that the registry or a plugin's configuration met."""
    return [Error(problem, id="lms.plugins.E001") for problem in registry.problems]
