"""A third party's package, installed from its own pyproject, comes in by the same door as ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lms.runtime import paths

SOURCE = paths.ROOT / "tests" / "sample_plugin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample plugin installed in it, as pip would into site-packages."""
    source = tmp_path_factory.mktemp("source") / "sample_plugin"
    target = tmp_path_factory.mktemp("site")
    shutil.copytree(SOURCE, source)  # a build leaves files beside the source
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *offline, "--target", str(target), str(source)],
        check=True,
    )
    return target


def manage(installed: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(installed), str(paths.ROOT)]),
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
    }
    return subprocess.run(
        [sys.executable, str(paths.ROOT / "manage.py"), *argv],
        env=env,
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_installed_plugin_is_listed_with_what_it_contributes(installed: Path) -> None:
    done = manage(installed, "plugins")

    listed = done.stdout[done.stdout.index("sample_plugin 1.0.0") :].split("\n\n")[0]
    assert "sample_plugin 1.0.0 (API 1)" in listed
    for line in (
        "NavItem: sample_plugin.about",
        "PermissionRow: sample_plugin:about",
        "ActivityKind: sample_plugin.reading",
        "EvidenceKind: sample_plugin.read",
        "SubjectAccess: sample_plugin.pages",
        "PersonalData: sample_plugin.nothing",
    ):
        assert f"  {line}\n" in listed


def test_installed_plugin_passes_the_checks(installed: Path) -> None:
    done = manage(installed, "check")

    assert done.returncode == 0, done.stderr


def test_installed_plugin_is_mounted(installed: Path) -> None:
    code = "from django.urls import reverse; print(reverse('sample_plugin:about'))"

    done = manage(installed, "shell", "--no-imports", "-c", code)

    assert done.stdout.strip() == "/sample/", done.stderr


def test_activities_of_a_plugin_need_no_migration(installed: Path) -> None:
    done = manage(installed, "makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout
