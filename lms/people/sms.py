"""Text messages: settings.SMS_BACKEND names the class that sends them."""

import sys
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsBackend(Protocol):
    """What an operator's own backend has to offer."""

    def send(self, *, phone: str, text: str) -> None:
        """Hand one message to the carrier; `phone` is E.164. Raises when it was not taken."""


class ConsoleBackend:
    """Prints messages instead of sending them: for development, demonstrations and tests."""

    def send(self, *, phone: str, text: str) -> None:
        """Print one message to the console of the process that serves."""
        sys.stdout.write(f"SMS {phone}: {text}\n")
        sys.stdout.flush()


def send_sms(*, phone: str, text: str) -> None:
    """Send one message through the configured backend."""
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    backend.send(phone=phone, text=text)
