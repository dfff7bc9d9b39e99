"""What somebody is handed about their hours."""

import json

import pytest

from lms.credit import personal
from lms.credit.domain import claims, flags, standing
from lms.credit.domain.confirm import reject
from lms.credit.domain.dispute import dispute
from lms.testing.claims import claimed
from lms.testing.credit import AT, booked
from lms.testing.policies import assigned, published
from tests.lms.web.school import make_school

pytestmark = pytest.mark.django_db


def test_export_has_flags_claims_disputes_and_the_standing() -> None:
    school = make_school()
    teacher, verifier = school.teacher, school.verifier
    published("year", required="72")
    assigned("year", school.school.get_root())
    flagged = booked(teacher, flags={"media.two-devices": {"turns": 4}})
    flags.answer(person=teacher, flag=flagged.flags[0], text="我的平板", at=AT)
    claim = claimed(teacher, title="乡镇教研日")
    claims.refuse(by=verifier, parts=claim.parts.all(), because="没有签到", at=AT)
    reject(verifier=verifier, bookings=[flagged.id], because="没看完", at=AT)
    dispute(by=teacher, bookings=[flagged.id], because="我看完了", at=AT)
    standing.refresh_all(at=AT)

    said = json.loads(json.dumps(personal.export(teacher)))

    (flag,), (part,), (where,) = said["flags"], said["claims"], said["standing"]
    assert (flag["kind"], flag["state"], flag["steps"][0]["text"]) == (
        "media.two-devices",
        "open",
        "我的平板",
    )
    assert (part["title"], part["accepted"], part["because"], part["decided_by"]) == (
        "乡镇教研日",
        False,
        "没有签到",
        verifier.name,
    )
    assert (where["policy"], where["required"], where["met"]) == ("测试办法", 7200, False)
    history = [(one["act"], one["because"]) for one in said["bookings"][0]["history"]]
    assert history == [("book", ""), ("reject", "没看完"), ("dispute", "我看完了")]
