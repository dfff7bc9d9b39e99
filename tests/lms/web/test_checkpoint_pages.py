"""Checkpoints for everybody, and the door for witnesses."""

import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.credit.core import checkpoint as files
from lms.credit.core import note
from lms.credit.core.note import Key
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.enums import CheckpointKind
from lms.credit.models.proof import Witness, WitnessSignature
from lms.testing import credit
from lms.testing.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
NAME = "school.example/witness"
PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"school").digest())


@pytest.fixture(autouse=True)
def own_keys_and_no_limits_left_over(settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "signing.pem")
    cache.clear()


def made():
    credit.booked(PersonFactory())
    return make_checkpoint(kind=CheckpointKind.DAILY, at=timezone.now())


def witness(name: str = "阳光幼儿园") -> Witness:
    key = Key(NAME, note.COSIGNATURE, PRIVATE.public_key().public_bytes_raw())
    return Witness.objects.create(organisation=OrganisationFactory(name=name), vkey=key.vkey)


def countersigned(one) -> str:
    read = note.parse_note(one.note)
    at_s = int(timezone.now().timestamp())
    return str(read.with_signatures([note.cosign(read.text, NAME, PRIVATE, at_s=at_s)]))


def hand_in(body: str | bytes):
    return Client(enforce_csrf_checks=True).post(
        reverse("checkpoint-witness"), body, content_type="text/plain"
    )


def test_list_before_the_first(client) -> None:
    assert "第一个存证点会在一天之内生成" in client.get(reverse("checkpoints")).content.decode()
    assert client.get(reverse("checkpoint-latest")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_shows_each_with_its_witnesses(client, count, django_assert_num_queries) -> None:
    witness()
    for _ in range(count):
        one = made()
        assert hand_in(countersigned(one)).status_code == 200
    with django_assert_num_queries(6):
        page = client.get(reverse("checkpoints")).content.decode()
    assert page.count("阳光幼儿园") == count
    assert page.count(".json</a>") == count
    assert one.root_hex[:16] in page


def test_files_verify_and_are_found_by_size(client) -> None:
    first, second = made(), made()
    answer = client.get(reverse("checkpoint-latest"))
    file = files.parse_file(answer.content)
    assert (file.head.size, file.head.root) == (second.size, bytes(second.root))
    assert files.first_fault(file, [key for key in file.keys if key.kind == note.ED25519]) is None
    assert [step.head.size for step in file.steps] == [first.size]
    by_size = client.get(reverse("checkpoint-file", args=[first.size]))
    assert files.parse_file(by_size.content).head.size == first.size
    assert client.get(reverse("checkpoint-file", args=[77])).status_code == 404
    assert client.get("/checkpoints/" + "9" * 40 + ".json").status_code == 404


@pytest.mark.parametrize("since", ["1", "", "-1", "x", "9" * 40, "٣"])
def test_from_asks_for_one_step_and_nonsense_is_passed_over(client, since: str) -> None:
    made(), made(), made()
    file = files.parse_file(client.get(reverse("checkpoint-latest"), {"from": since}).content)
    assert [step.head.size for step in file.steps] == ([1] if since == "1" else [1, 2])


def test_signature_handed_in_is_in_the_file_at_once(client) -> None:
    school, one = witness(), made()
    before = client.get(reverse("checkpoint-latest")).content
    answer = hand_in(countersigned(one))
    assert (answer.status_code, answer.content.decode()) == (200, "已保存 1 个签名。")
    assert hand_in(countersigned(one)).status_code == 200
    assert WitnessSignature.objects.count() == 1
    after = client.get(reverse("checkpoint-latest")).content
    assert after != before
    assert note.is_signed(files.parse_file(after).note, school.key)


@pytest.mark.parametrize("body", [b"", b"\xff", b"x" * 1_100_000, "— a b\n".encode()])
def test_what_is_no_signed_checkpoint_is_refused_in_words(body: bytes) -> None:
    witness()
    answer = hand_in(body)
    assert (answer.status_code, answer.content.decode()) == (400, "这不是带签名的存证点。")


def test_checkpoint_that_is_gone_is_a_conflict() -> None:
    witness()
    gone = make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now() + datetime.timedelta(0))
    text = countersigned(gone)
    from django.db import connection

    with connection.cursor() as cursor:
        # As a restored backup has it: the row never was. Only a superuser could remove it here.
        cursor.execute("CREATE TEMP TABLE credit_checkpoint (LIKE credit_checkpoint)")
    answer = hand_in(text)
    assert answer.status_code == 409
    assert "旧备份" in answer.content.decode()
