"""Persons in Wagtail's list of users."""

import pytest
from django.urls import reverse

from lms.people.models import Person
from lms.testing.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(PersonFactory(is_superuser=True))
    return client


def test_superuser_adds_and_edits_a_person(admin) -> None:
    add = reverse("wagtailusers_users:add")
    assert admin.get(add).status_code == 200
    admin.post(add, {"name": "阿依古丽", "phone": "137 0000 4444", "email": ""})
    person = Person.objects.get(name="阿依古丽")
    assert (person.phone, person.email) == ("+8613700004444", None)
    assert not person.has_usable_password()
    edit = reverse("wagtailusers_users:edit", args=[person.pk])
    assert admin.get(edit).status_code == 200
    admin.post(edit, {"name": "阿依古丽", "phone": "", "email": "A@Example.org", "is_active": "on"})
    person.refresh_from_db()
    assert (person.phone, person.email, person.is_active) == (None, "a@example.org", True)


def test_many_may_have_neither_phone_nor_email(admin) -> None:
    add = reverse("wagtailusers_users:add")
    for name in ("甲", "乙"):
        assert admin.post(add, {"name": name, "phone": "", "email": ""}).status_code == 302


def test_taken_phone_is_refused_in_words(admin) -> None:
    taken = PersonFactory()
    answer = admin.post(
        reverse("wagtailusers_users:add"), {"name": "x", "phone": taken.phone, "email": ""}
    )
    assert answer.status_code == 200
    assert "phone" in answer.context["form"].errors


def test_list_of_users_opens(admin) -> None:
    assert admin.get(reverse("wagtailusers_users:index")).status_code == 200
    assert admin.get(reverse("wagtailusers_users:index"), {"q": "教师"}).status_code == 200
