"""What is personal can go; what it proved stays proved."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from lms.credit import queries
from lms.credit.domain import audit
from lms.credit.domain.erase import erase
from lms.credit.domain.reverse import reverse
from lms.credit.enums import Erasable
from lms.credit.models.erasure import Erasure
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import PersonFactory

pytestmark = pytest.mark.django_db
AT = credit.AT


@pytest.fixture
def teacher() -> Person:
    return PersonFactory()


def test_reason_goes_and_the_chain_still_verifies(teacher) -> None:
    entry = credit.booked(teacher)
    reversal = reverse(entry.booking, by=teacher, because="李老师说记重了", at=AT)

    removed = erase(Erasable.REASON, [reversal.pk], rule="retention: 5 years", by=teacher, at=AT)

    assert removed == 1
    after = queries.entry(entry.id).last
    assert (after.because, after.because_digest) == ("", reversal.because_digest)
    assert audit.first_fault() is None
    kept = Erasure.objects.get()
    assert (kept.what, kept.subject, kept.rule, kept.by, kept.at) == (
        "credit_reason", reversal.pk, "retention: 5 years", teacher, AT,
    )  # fmt: skip


def test_detail_goes_and_the_chain_still_verifies(teacher) -> None:
    (one,) = credit.booked(teacher).evidence
    assert one.detail["devices"] == ["手机"]
    erase(Erasable.DETAIL, [one.pk], rule="retention", by=None, at=AT)
    (one,) = queries.entries_of(teacher)[0].evidence
    assert one.detail == {}
    assert audit.first_fault() is None


def test_erasing_again_erases_nothing(teacher) -> None:
    (one,) = credit.booked(teacher).evidence
    assert erase(Erasable.DETAIL, [one.pk, one.pk + 1000], rule="a", by=None, at=AT) == 1
    assert erase(Erasable.DETAIL, [one.pk], rule="b", by=None, at=AT) == 0
    assert [kept.rule for kept in Erasure.objects.all()] == ["a"]


def test_nothing_else_goes_through_that_door(teacher) -> None:
    credit.booked(teacher)
    with pytest.raises(ProgrammingError, match="Nothing is erased from"), transaction.atomic():
        connection.cursor().execute(
            "SELECT credit_erase('credit_transfer', ARRAY[1], 'x', NULL, now())"
        )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM credit_evidencedetail")
