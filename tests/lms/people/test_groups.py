"""Groups follow duties; a provider's people work on their own pages; nobody approves their own."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from lms.people.domain.duties import end_duty, grant_duty
from lms.people.domain.groups import sync_groups
from lms.people.domain.providers import provision_provider
from lms.people.enums import DutyKind
from lms.testing.factories import DutyFactory, OrganisationFactory, PersonFactory, ProviderFactory

pytestmark = pytest.mark.django_db


def names(person) -> set[str]:
    return set(person.groups.values_list("name", flat=True))


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def provider():
    provider = ProviderFactory(slug="a")
    page = Page.objects.get(depth=2).add_child(instance=Page(title="机构", slug="a"))
    return provision_provider(provider=provider, page=page)


def test_granting_and_ending_a_duty_moves_groups(provider, today) -> None:
    person = PersonFactory()
    duty = grant_duty(person=person, kind=DutyKind.TRAINER, place=provider, from_on=today, on=today)
    assert names(person) == {"Trainers: a"}
    assert person.has_perm("wagtailadmin.access_admin")
    yesterday = today - datetime.timedelta(days=1)
    with pytest.raises(ValidationError):
        end_duty(duty=duty, to_on=yesterday, on=today)
    end_duty(duty=duty, to_on=today, on=today + datetime.timedelta(days=1))
    assert names(person) == set()


def test_duty_at_the_wrong_kind_of_place_is_refused_in_words(today) -> None:
    with pytest.raises(ValidationError):
        grant_duty(
            person=PersonFactory(),
            kind=DutyKind.VERIFIER,
            place=OrganisationFactory(kind="bureau"),
            from_on=today,
            on=today,
        )


def test_command_settles_what_the_calendar_changed(provider, today) -> None:
    past = datetime.date(2021, 1, 1)
    duty = DutyFactory(provider=provider, to_on=past)
    sync_groups(duty.person, past)
    assert names(duty.person) == {"Trainers: a"}
    call_command("sync_groups")
    assert names(duty.person) == set()


def test_other_groups_stay(today) -> None:
    from django.contrib.auth.models import Group

    person = PersonFactory()
    person.groups.add(Group.objects.create(name="Readers"))
    sync_groups(person, today)
    assert names(person) == {"Readers"}


def test_provision_provider_twice_changes_nothing(provider) -> None:
    collection = provider.collection
    again = provision_provider(provider=provider, page=provider.page)
    assert again.collection == collection
    assert Page.objects.get(pk=provider.page.pk).get_workflow().name == f"{provider.name}课程审核"


@pytest.fixture
def submitted(provider, today):
    """A course that somebody who trains and moderates has handed in."""
    both = PersonFactory(name="又教又审")
    for kind in (DutyKind.TRAINER, DutyKind.MODERATOR):
        grant_duty(person=both, kind=kind, place=provider, from_on=today, on=today)
    page = provider.page.add_child(instance=Page(title="师德", slug="b", live=False, owner=both))
    page.save_revision(user=both)
    page.get_workflow().start(page, both)
    return page


def decide(page: Page, person, action: str = "approve") -> None:
    client = Client()
    client.force_login(person)
    state = page.current_workflow_state.current_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk]))
    page.refresh_from_db()


def test_colleague_approves_and_that_publishes(submitted, provider, today) -> None:
    colleague = PersonFactory()
    grant_duty(person=colleague, kind=DutyKind.MODERATOR, place=provider, from_on=today, on=today)
    decide(submitted, colleague)
    assert submitted.live
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_nobody_approves_or_publishes_their_own(submitted) -> None:
    author = submitted.owner
    decide(submitted, author)
    assert not submitted.live
    client = Client()
    client.force_login(author)
    data = {"title": "师德", "slug": "b", "action-publish": "1", "comments-TOTAL_FORMS": 0}
    data |= {"comments-INITIAL_FORMS": 0}
    client.post(reverse("wagtailadmin_pages:edit", args=[submitted.pk]), data)
    submitted.refresh_from_db()
    assert not submitted.live


def test_trainer_cannot_approve(submitted, provider, today) -> None:
    trainer = PersonFactory()
    grant_duty(person=trainer, kind=DutyKind.TRAINER, place=provider, from_on=today, on=today)
    decide(submitted, trainer)
    assert not submitted.live


def test_nobody_publishes_their_own_in_bulk_or_by_copying(submitted) -> None:
    client = Client()
    client.force_login(submitted.owner)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={submitted.pk}")
    copy = {"new_title": "x", "new_slug": "x", "publish_copies": "on"}
    copy["new_parent_page"] = submitted.get_parent().pk
    client.post(reverse("wagtailadmin_pages:copy", args=[submitted.pk]), copy)
    api = reverse("wagtailadmin_api:pages:action", args=[submitted.pk, "publish"])
    assert client.post(api).status_code == 403
    assert not Page.objects.filter(title__in=["师德", "x"], live=True).exists()
