"""Limits on how often: counted once for all web processes where there is a Redis."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.runtime import paths
from lms.testing.redis import redis_server

# What one web process does: three looks at a public page, three failed sign-ins to one account.
PROCESS = """
import json, django
django.setup()
from allauth.core import ratelimit
from django.test import RequestFactory
from lms.web.limits import too_often
request = RequestFactory().post("/check/", REMOTE_ADDR="203.0.113.7")
print(json.dumps({
    "looks": [too_often(request, "check") is None for _ in range(3)],
    "sign_ins": [bool(ratelimit.consume(request, action="login_failed", key="phone:+8613800001111")) for _ in range(3)],
}))
"""


@pytest.fixture
def redis_url() -> Iterator[str]:
    # Not tmp_path: the address of a socket file may have no more than 107 bytes.
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as url:
        yield url


def run(*argv: str, **env: str) -> "subprocess.CompletedProcess[str]":
    whole = os.environ | {"DJANGO_SETTINGS_MODULE": "lms.settings.test"} | env
    whole.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # a browser test in this process may have set it
    return subprocess.run(
        [sys.executable, *argv], cwd=paths.ROOT, env=whole, capture_output=True, text=True
    )


def process(**env: str) -> dict[str, list[bool]]:
    done = run("-c", PROCESS, PUBLIC_CHECKS_PER_MINUTE="4", **env)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_two_processes_share_limits_in_redis(redis_url: str) -> None:
    assert process(REDIS_URL=redis_url)["sign_ins"] == [True, True, True]
    # Five failed sign-ins in five minutes: two are left, whichever process counts.
    assert process(REDIS_URL=redis_url)["sign_ins"] == [True, True, False]


def test_two_processes_share_looks_at_public_pages(redis_url: str) -> None:
    looks = [process(REDIS_URL=redis_url)["looks"] for _ in range(3)]
    # A minute may turn between two of them, never between all three.
    assert not all(all(one) for one in looks)


def test_without_redis_each_process_counts_alone() -> None:
    assert process(REDIS_URL="")["sign_ins"] == process(REDIS_URL="")["sign_ins"] == [True] * 3


@pytest.mark.parametrize(
    ("processes", "redis", "warned"), [("1", "", False), ("3", "", True), ("3", "redis://x", False)]
)
def test_check_deploy_warns_of_limits_counted_apart(
    processes: str, redis: str, warned: bool
) -> None:
    done = run("manage.py", "check", "--deploy", WEB_PROCESSES=processes, REDIS_URL=redis)
    assert done.returncode == 0, done.stderr
    assert ("lms.web.W001" in done.stderr) == warned
