"""System checks of an installation: what its settings promise and cannot keep."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def check_limits_are_shared(**_: Any) -> list[Warning]:
    """One warning where several web processes would each count limits on their own."""
    if settings.WEB_PROCESSES <= 1 or settings.REDIS_URL:
        return []
    return [
        Warning(
            f"{settings.WEB_PROCESSES} web processes serve the site, and each counts limits on sign-in and on public "
            "pages in its own memory: what is allowed is that many times what the settings say.",
            hint="Set REDIS_URL to a Redis or Valkey that all of them reach, or run one web process.",
            id="lms.web.W001",
        )
    ]
