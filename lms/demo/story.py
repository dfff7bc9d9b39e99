"""What the demo's teachers do: each signs in over HTTP and learns, verifiers confirm, the bureau registers."""

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from lms.demo.people import OFFICER, PASSWORD, SHOWN_TEACHER, VERIFIER, teacher_phone
from lms.demo.plan import Plan
from lms.demo.visitor import Refused, Visitor
from lms.people.models import Person
from lms.plugins.hooks import DemoPart
from lms.plugins.registry import registry

LEARNERS_PER_SCHOOL = 4
AT_ONCE = 8
# The teacher whose account is printed has something of everything: confirmed, waiting, half of a course counted before
# (ailifang-t2 shares a film with the first), all of one (renmin-t2 is that film alone), half watched.
SHOWN = teacher_phone(0, SHOWN_TEACHER)
SHOWN_COURSES = [
    ("ailifang-t1", 1.0),
    ("jingshi-2", 1.0),
    ("ailifang-t2", 1.0),
    ("renmin-t2", 1.0),
    ("jingshi-3", 0.5),
]
SIGN_IN = "/accounts/login/"
DESK = "/desk/"
REGISTER = "/register/"


def play(plan: Plan, *, site_url: str, say: Callable[[str], object]) -> None:
    """Let some teachers of each school learn, several at once, and every other school decide on their hours.

    Says who could not and why. Who has begun a course in an earlier run has nothing left to do here.
    """
    begun = set(
        Person.objects.filter(phone__isnull=False, participations__isnull=False).values_list(
            "phone", flat=True
        )
    )
    courses = [one.key for one in plan.courses if "teacher" in one.audience]
    schools = sum(len(district.schools) for district in plan.districts)
    rng = random.Random(20260401)  # noqa: S311 - the same story every time, nothing secret
    tasks = [
        (teacher_phone(school, number), _chosen(rng, courses))
        for number in range(2, 2 + LEARNERS_PER_SCHOOL)
        for school in range(schools)
        if teacher_phone(school, number) not in begun
    ]
    if SHOWN not in begun:
        tasks = [(SHOWN, SHOWN_COURSES), *(task for task in tasks if task[0] != SHOWN)]
    if not tasks:
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for problem in pool.map(lambda task: _learn(site_url, *task), tasks):
            if problem:
                say(f"  {problem}")
        deciding = [(school, "") for school in range(1, schools, 2)]
        # At the first school one entry of the teacher whose account is printed; the rest is left for visitors.
        deciding.append((0, Person.objects.get(phone=SHOWN).name))
        for problem in pool.map(lambda one: _decide(site_url, *one), deciding):
            if problem:
                say(f"  {problem}")
    if problem := _register(site_url):
        say(f"  {problem}")
    say("  The demo's teachers have learnt; half of the schools have confirmed their hours.")


def _chosen(rng: random.Random, courses: list[str]) -> list[tuple[str, float]]:
    share = rng.choice((1.0, 1.0, 1.0, 0.5))
    return [(course, share) for course in rng.sample(courses, 2)]


def _learn(site_url: str, phone: str, courses: list[tuple[str, float]]) -> str | None:
    visitor = Visitor(site_url)
    try:
        visitor.sign_in(SIGN_IN, phone, PASSWORD)
        for course, share in courses:
            for part in registry.all(DemoPart):
                if part.learn:
                    part.learn(visitor, course, share)
    except Refused as problem:
        return f"{phone}: {problem}"
    finally:
        connection.close()  # this thread's own
    return None


def _decide(site_url: str, school: int, name: str) -> str | None:
    """A school's verifier confirms what waits, as many as the desk shows; with a name, one entry of that teacher."""
    visitor = Visitor(site_url)
    phone = teacher_phone(school, VERIFIER)
    try:
        visitor.sign_in(SIGN_IN, phone, PASSWORD)
        boxes = re.findall(r'name="booking"\s+value="([0-9a-f-]{36})"([^>]*)', visitor.get(DESK))
        waiting = [booking for booking, label in boxes if name in label]
        if waiting:
            chosen = waiting[:1] if name else waiting
            visitor.post(f"{DESK}decide/", {"act": "confirm", "booking": chosen})
    except Refused as problem:
        return f"{phone}: {problem}"
    return None


def _register(site_url: str) -> str | None:
    """The bureau's officer registers what one school has confirmed; the others wait for visitors."""
    visitor = Visitor(site_url)
    try:
        visitor.sign_in(SIGN_IN, OFFICER, PASSWORD)
        schools = re.findall(r'name="school"\s+value="([0-9a-f-]{36})"', visitor.get(REGISTER))
        if schools:
            visitor.post(f"{REGISTER}take/", {"act": "schools", "school": schools[-1]})
    except Refused as problem:
        return f"{OFFICER}: {problem}"
    return None
