"""In which year the platform's tests are."""

import datetime

import pytest
from django.utils import timezone

LAST_DAY = datetime.date(2026, 11, 30)
"""What tests book is of the year 2026, which is the one that pages show by themselves: it does not end."""


@pytest.fixture(autouse=True)
def year_of_the_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole days are taken off the clock once LAST_DAY is over; not beside processes, which have the machine's."""
    ago = timezone.localdate() - LAST_DAY
    if ago > datetime.timedelta(0) and "site" not in request.fixturenames:
        now = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() - ago)
