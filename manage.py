#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

OWNER_COMMANDS = {
    "migrate",
    "pgtrigger",
    "flush",
}  # they change tables, which the application's role may not


def main() -> None:
    """Run a management command; the few that change tables connect as the owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    if sys.argv[1:2] and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("LMS_DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the environment is set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
