"""What pages may use of the machine they are shown on."""

import pytest
from django.test import Client

from lms.api.hooks import Device, PermissionRow, registry


def test_only_what_gives_or_takes_lessons_uses_devices() -> None:
    using = {one.key: set(one.uses) for one in registry.all(PermissionRow) if one.uses}
    assert using == {
        "live:studio": {Device.CAMERA, Device.MICROPHONE, Device.SCREEN},
        "live:watch": {Device.CAMERA, Device.MICROPHONE},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [("/accounts/login/", 200), ("/", 200), ("/no-such-page.html", 404), ("/admin/", 302)],
)
def test_other_pages_use_nothing(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    policy = answer.headers["Permissions-Policy"].split(", ")
    for nothing in ("camera=()", "microphone=()", "display-capture=()", "geolocation=()"):
        assert nothing in policy
    assert "(self)" not in answer.headers["Permissions-Policy"]
