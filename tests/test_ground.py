"""The ground under everything: database roles, migrations, imports, deployment checks."""

import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection

from lms.runtime import paths


@pytest.mark.django_db
def test_application_role_is_no_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("lms_app", False, False)


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_own_database_commits_and_is_dropped(own_database: str) -> None:
    from lms.people.models import Person

    Person.objects.create_user(name="阿依古丽·吐尔逊", phone="+8613800000001")
    connection.close()
    assert Person.objects.get().name == "阿依古丽·吐尔逊"


def test_plugin_api_imports_no_models() -> None:
    code = "import lms.api.plugins, lms.api.hooks"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_site_answers(site) -> None:
    import urllib.request

    with urllib.request.urlopen(f"{site.url}/healthz") as answer:
        assert answer.read() == b"ok"
