"""Reads of people, organisations and duties."""

import datetime
import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.models import Page

from lms.people.enums import DutyKind, OrganisationKind
from lms.people.models.moves import Move
from lms.people.models.organisations import Accreditation, Organisation, Provider
from lms.people.models.person import Person
from lms.people.models.roles import Duty, RoleSpell


def person_by(public_id: uuid.UUID) -> Person | None:
    """Somebody by public id."""
    return Person.objects.filter(public_id=public_id).first()


def school_of(person: Person, on: datetime.date) -> Organisation | None:
    """The school of the role that began last; None when there is none that day."""
    for spell in person.roles_on(on):
        if spell.organisation.kind == OrganisationKind.SCHOOL:
            return spell.organisation
    return None


def bureau_of(organisation: Organisation) -> Organisation:
    """The bureau above an organisation, or itself."""
    return organisation.get_root()


def duties_of(person: Person, on: datetime.date) -> tuple[Duty, ...]:
    """Duties in force that day, with their places; asked once for each person object."""
    return person.duties_on(on)


def roles_of(person: Person, on: datetime.date) -> tuple[RoleSpell, ...]:
    """Role spells in force that day, the latest first; asked once for each person object."""
    return person.roles_on(on)


def moves_of(person: Person) -> QuerySet[Move]:
    """A person's moves between schools, the newest first, each with its answer where there is one."""
    return _moves().filter(person=person)


def moves_to_answer(officer: Person, on: datetime.date) -> QuerySet[Move]:
    """Teachers let go to somebody's bureau, district or schools, who have to be taken or not; never themselves."""
    return (
        _moves().filter(_within(officer, on, "target"), answer__isnull=True).exclude(person=officer)
    )


def moves_seen_by(officer: Person, on: datetime.date) -> QuerySet[Move]:
    """All moves from and to what somebody administers."""
    return _moves().filter(_within(officer, on, "origin") | _within(officer, on, "target"))


def _within(officer: Person, on: datetime.date, field: str) -> Q:
    places = organisations_overseen_by(officer, on)
    found = Q(pk__in=[])
    for place in places:
        found |= Q(**{f"{field}__path__startswith": place.path})
    return found


def _moves() -> QuerySet[Move]:
    return Move.objects.select_related(
        "person", "origin", "target", "by", "answer__school", "answer__by"
    )


def providers_taught_by(person: Person, on: datetime.date) -> tuple[Provider, ...]:
    """Providers that somebody makes courses for."""
    return _providers(person, on, DutyKind.TRAINER)


def providers_moderated_by(person: Person, on: datetime.date) -> tuple[Provider, ...]:
    """Providers whose courses somebody publishes."""
    return _providers(person, on, DutyKind.MODERATOR)


def schools_verified_by(person: Person, on: datetime.date) -> tuple[Organisation, ...]:
    """Schools whose hours somebody confirms."""
    duties = person.duties_on(on)
    return tuple(
        duty.organisation
        for duty in duties
        if duty.kind == DutyKind.VERIFIER and duty.organisation is not None
    )


def schools_registered_by(person: Person, on: datetime.date) -> QuerySet[Organisation]:
    """Schools whose hours somebody takes into the register: those under what they have the duty to administer."""
    duties = [one for one in person.duties_on(on) if one.kind == DutyKind.BUREAU_ADMIN]
    return schools_under(one.organisation for one in duties if one.organisation is not None)


def teachers_decided_by(person: Person, on: datetime.date) -> QuerySet[Person]:
    """Teachers whose hours somebody confirms or registers that day, never themselves."""
    schools = {school.pk: school for school in schools_verified_by(person, on)}
    schools |= {school.pk: school for school in schools_registered_by(person, on)}
    return teachers_of(schools.values(), on).exclude(pk=person.pk)


def schools_answered_for_by(person: Person, on: datetime.date) -> QuerySet[Organisation]:
    """Schools whose hours somebody confirms or whose bureau they administer: whose teachers and books they see."""
    verified = [school.pk for school in schools_verified_by(person, on)]
    overseen = schools_under(organisations_overseen_by(person, on))
    return Organisation.objects.filter(Q(pk__in=verified) | Q(pk__in=overseen.values("pk")))


def organisations_overseen_by(person: Person, on: datetime.date) -> tuple[Organisation, ...]:
    """Bureaus and districts that somebody administers; all bureaus for a superuser."""
    if person.is_superuser and person.is_active:
        return tuple(Organisation.objects.filter(kind=OrganisationKind.BUREAU))
    return tuple(
        duty.organisation
        for duty in person.duties_on(on)
        if duty.kind == DutyKind.BUREAU_ADMIN and duty.organisation is not None
    )


def schools_under(organisations: Iterable[Organisation]) -> QuerySet[Organisation]:
    """Schools at or under any of the organisations."""
    found = Organisation.objects.none()
    for organisation in organisations:
        found |= Organisation.get_tree(organisation).filter(kind=OrganisationKind.SCHOOL)
    return found


def schools_in_charge_of(person: Person, on: datetime.date) -> QuerySet[Organisation]:
    """Schools that somebody confirms hours at or oversees, in the order of the tree."""
    verified = [school.pk for school in schools_verified_by(person, on)]
    overseen = schools_under(organisations_overseen_by(person, on))
    return (overseen | Organisation.objects.filter(pk__in=verified)).order_by("path")


def teachers_of(schools: Iterable[Organisation], on: datetime.date) -> QuerySet[Person]:
    """Active people who have a role at one of the schools that day, by name."""
    spells = RoleSpell.objects.on(on).filter(organisation__in=[school.pk for school in schools])
    return Person.objects.filter(is_active=True, pk__in=spells.values("person")).order_by(
        "name", "pk"
    )


def verifiers_of(school: Organisation, on: datetime.date) -> QuerySet[Person]:
    """Active people who confirm a school's hours that day, by name."""
    duties = Duty.objects.on(on).filter(kind=DutyKind.VERIFIER, organisation=school)
    return Person.objects.filter(is_active=True, pk__in=duties.values("person")).order_by(
        "name", "pk"
    )


def is_accredited(provider: Provider, bureau: Organisation, on: datetime.date) -> bool:
    """Whether the bureau counts the provider's trainings that day."""
    return bool(Accreditation.objects.on(on).filter(provider=provider, bureau=bureau).exists())


def provider_of_page(page: Page) -> Provider | None:
    """The provider whose pages this one is among; None for pages of nobody."""
    ancestors = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    return Provider.objects.filter(page__path__in=ancestors).order_by("-page__depth").first()


def _providers(person: Person, on: datetime.date, kind: DutyKind) -> tuple[Provider, ...]:
    return tuple(
        duty.provider
        for duty in person.duties_on(on)
        if duty.kind == kind and duty.provider is not None
    )
