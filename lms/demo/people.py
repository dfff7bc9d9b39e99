"""The demo's people: a bureau with districts and schools, some hundred invented teachers, and who serves them."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from lms.credit.domain.assign import assign_policy
from lms.credit.models.policy import Policy
from lms.demo.plan import Plan, stable_id
from lms.people.domain.duties import grant_duty
from lms.people.enums import DutyKind, OrganisationKind, PolicyRole
from lms.people.models import Accreditation, Organisation, Person, Provider, RoleSpell

PASSWORD = "qinghe-demo"  # noqa: S105 - printed for whoever tries the demo
TEACHERS_PER_SCHOOL = 24
VERIFIER = 1  # the number of the teacher who verifies a school's hours
SHOWN_TEACHER = 5  # of the first school: the one whose account is printed
OFFICER = "+8613800009001"  # keeps the bureau's register

_SURNAMES = "林何周陈马赵吴郑孙李钱沈韩杨朱秦许张孔曹严华魏陶姜戚谢邹章云苏潘葛范彭鲁韦昌苗方任袁柳史唐费廉岑薛"
_GIVEN = [
    "书瑶",
    "静怡",
    "亦安",
    "千里",
    "若溪",
    "明轩",
    "雨桐",
    "思远",
    "可心",
    "嘉禾",
    "清越",
    "知夏",
    "一诺",
    "子墨",
    "语嫣",
    "望舒",
    "怀瑾",
    "景行",
    "安然",
    "听雨",
    "星野",
    "南乔",
    "慕白",
    "云舒",
    "采薇",
    "如是",
    "予安",
    "知秋",
    "若水",
    "长宁",
]
# Names that test a page and a printer: a middle dot, characters outside the common fonts, two syllables of surname.
_RARE = ("阿依古丽·吐尔逊", "阿卜杜拉·买买提", "陈𬱖", "刘䶮", "欧阳龚")
_FIRST_DAY = date(2020, 9, 1)
# Years and five-year cycles, an accredited provider, eight hours a day: what the demo's teachers can all meet here.
POLICY = "wenzhou-2012"


@dataclass(frozen=True)
class Account:
    """A line of the list printed at the end."""

    role: str
    name: str
    phone: str


def names() -> "itertools.chain[str]":
    """Invented names without end, the rare ones first; the same at every load."""
    count = len(_SURNAMES) * len(_GIVEN)
    made = (
        _SURNAMES[n % len(_SURNAMES)] + _GIVEN[(n * 7 + n // len(_SURNAMES)) % len(_GIVEN)]
        for n in range(count)
    )
    return itertools.chain(_RARE, made)


def load_people(plan: Plan, *, today: date) -> None:
    """Make organisations, providers and people; does nothing when they are there."""
    if Organisation.objects.filter(public_id=stable_id("bureau")).exists():
        return
    bureau = Organisation.add_root(
        public_id=stable_id("bureau"), kind=OrganisationKind.BUREAU, name=plan.bureau
    )
    schools = [
        district.add_child(
            public_id=stable_id("school", name), kind=OrganisationKind.SCHOOL, name=name
        )
        for row in plan.districts
        for district in [
            bureau.add_child(
                public_id=stable_id("district", row.name),
                kind=OrganisationKind.DISTRICT,
                name=row.name,
            )
        ]
        for name in row.schools
    ]
    _load_teachers(schools, today=today)
    _load_bureau(bureau, today=today)
    _assign_policy(bureau)
    for number, row in enumerate(plan.providers):
        provider = Provider.objects.create(
            public_id=stable_id("provider", row.slug), slug=row.slug, name=row.name
        )
        Accreditation.objects.create(
            provider=provider,
            bureau=bureau,
            from_on=row.accredited[0],
            to_on=row.accredited[1],
            number=f"溪教认〔2025〕{number + 1} 号",
        )
        _load_provider_people(provider, number, today=today)


def _assign_policy(bureau: Organisation) -> None:
    """The demo's city is under a policy from the day that its schools are."""
    assign_policy(
        policy=Policy.objects.get(slug=POLICY), organisation=bureau, from_on=_FIRST_DAY, to_on=None
    )


def _person(phone: str, name: str, **fields: object) -> Person:
    return Person(
        public_id=stable_id("person", phone),
        phone=phone,
        phone_verified=True,
        name=name,
        **fields,
    )


def _load_teachers(schools: list[Organisation], *, today: date) -> None:
    """Teachers of each school: number 0 is its principal, number 1 its verifier."""
    # One hash for all: hashing a few hundred times would take minutes on a small machine.
    password, name = make_password(PASSWORD), names()
    for s, school in enumerate(schools):
        teachers = [
            _person(
                teacher_phone(s, n),
                next(name),
                password=password,
                joined_on=_joined_on(n),
            )
            for n in range(TEACHERS_PER_SCHOOL)
        ]
        Person.objects.bulk_create(teachers)
        RoleSpell.objects.bulk_create(
            RoleSpell(person=teacher, role=role, organisation=school, from_on=_joined_on(n))
            for n, teacher in enumerate(teachers)
            for role in _roles(n)
        )
        _grant(teachers[VERIFIER], DutyKind.VERIFIER, school, today)


def _joined_on(n: int) -> date:
    return _FIRST_DAY - timedelta(days=365 * (n % 20))


def _grant(person: Person, kind: DutyKind, place: Organisation | Provider, today: date) -> None:
    grant_duty(person=person, kind=kind, place=place, from_on=_FIRST_DAY, on=today)


def _roles(n: int) -> list[PolicyRole]:
    if n == 0:
        return [PolicyRole.TEACHER, PolicyRole.PRINCIPAL]
    return [PolicyRole.TEACHER, PolicyRole.CLASS_TEACHER] if n % 3 == 0 else [PolicyRole.TEACHER]


def teacher_phone(school: int, number: int) -> str:
    """The phone of a school's teacher; 1380000sstt."""
    return f"+861380000{school + 1:02d}{number + 1:02d}"


def _load_bureau(bureau: Organisation, *, today: date) -> None:
    person = _person(OFFICER, "沈望舒", email="bureau@demo.qinghe.example")
    person.set_password(PASSWORD)
    person.save()
    _grant(person, DutyKind.BUREAU_ADMIN, bureau, today)
    admin = _person(
        "+8613800009000", "管理员", email="admin@demo.qinghe.example", is_superuser=True
    )
    admin.set_password(PASSWORD)
    admin.save()


def _load_provider_people(provider: Provider, number: int, *, today: date) -> None:
    """A trainer and a moderator each; email and phone both sign in."""
    for kind, digit, name in (
        (DutyKind.TRAINER, 1, ("韩清越", "秦嘉禾", "苏采薇")[number]),
        (DutyKind.MODERATOR, 2, ("范景行", "鲁知秋", "袁如是")[number]),
    ):
        person = _person(
            f"+86138000091{number}{digit}",
            name,
            email=f"{kind}@{provider.slug}.demo.qinghe.example",
        )
        person.set_password(PASSWORD)
        person.save()
        _grant(person, kind, provider, today)


def accounts() -> list[Account]:
    """One account a role, for the list that the demo prints."""
    chosen = (
        ("teacher", teacher_phone(0, SHOWN_TEACHER)),
        ("verifier", teacher_phone(0, VERIFIER)),
        ("trainer", "+8613800009111"),
        ("moderator", "+8613800009112"),
        ("bureau", OFFICER),
        ("administrator", "+8613800009000"),
    )
    found = {
        person.phone: person for person in Person.objects.filter(phone__in=dict(chosen).values())
    }
    return [
        Account(role=role, name=found[phone].name, phone=phone.removeprefix("+86"))
        for role, phone in chosen
        if phone in found
    ]
