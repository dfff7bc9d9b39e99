"""`manage.py check --deploy` with the settings of an installation behind TLS."""

import os
import subprocess
import sys

from lms.runtime import paths


def test_check_deploy_has_nothing_to_say(tmp_path) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "SITE_URL": "https://study.example.org",
        "ALLOWED_HOSTS": "study.example.org",
        "SECRET_KEY": "".join(f"{n:02x}" for n in range(64)),
    }
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # a browser test in this process may have set it
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=paths.ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
