"""Files handed out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from live.domain.errors import Refused
from live.domain.room import files
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
AT = timezone.now()
PDF = b"%PDF-1.7 x"


def hand_out(lesson, content=PDF, name="谈话/记录表.exe"):
    return files.hand_out(
        lesson_id=lesson.pk,
        upload=SimpleUploadedFile(name, content),
        by_id=PersonFactory().pk,
        at=AT,
    )


def test_file_is_kept_by_what_it_is_and_withdrawn() -> None:
    lesson = LessonFactory()
    one = hand_out(lesson)
    assert (one.name, one.kind, one.size) == ("记录表.pdf", "pdf", len(PDF))
    with one.file.open("rb") as kept:
        assert kept.read() == PDF
    files.withdraw(lesson_id=lesson.pk, file_id=one.pk, at=AT)
    assert not files.handed(lesson.pk).exists()
    with pytest.raises(Refused) as gone:
        files.withdraw(lesson_id=lesson.pk, file_id=one.pk, at=AT)
    assert gone.value.code == "gone"


@pytest.mark.parametrize(
    ("content", "code"), [(b"MZ virus", "unknown-kind"), (b"", "empty-file"), (PDF, "too-large")]
)
def test_other_files_are_refused_with_words(monkeypatch, content: bytes, code: str) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 9)
    with pytest.raises(Refused) as caught:
        hand_out(LessonFactory(), content)
    assert caught.value.code == code
    assert caught.value.message
