"""Random scenarios, thick where policies bend: boundaries, 29 February, same days, nearly enough hours."""

from datetime import date
from random import Random

FORMS = ["school", "concentrated", "remote", "outreach", "practice", "degree", "self"]
LEVELS = ["national", "province", "city", "county", "school"]
THEMES = [
    "ethics",
    "class_management",
    "school_management",
    "subject",
    "technology",
    "safety",
    "psychology",
    "cadre_summer",
]
PURPOSES = ["in_service", "in_service", "in_service", "induction", "qualification"]
ROLES = [
    "teacher",
    "class_teacher",
    "backbone",
    "principal",
    "vice_principal",
    "cadre",
    "principal_candidate",
    "trainer",
]
POLICIES = ["wenzhou-2012", "qianjiang-2017", "luoyang-2011", "xuancheng-school", "hunan-county"]
HOURS = [
    "0",
    "0",
    "0.01",
    "0.5",
    "1.25",
    "2",
    "3.33",
    "4",
    "6",
    "7.5",
    "8",
    "8",
    "8",
    "8.01",
    "10",
    "12",
    "24",
    "24.00",
]
FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)


def moved(day, days):
    """`days` later, within the years that a scenario may have."""
    ordinal = min(max(day.toordinal() + days, FIRST.toordinal()), LAST.toordinal())
    return date.fromordinal(ordinal)


def some_day(random, about):
    kind = random.randrange(8)
    year = min(max(about.year + random.randint(-6, 2), 1900), 2999)
    if kind == 0:
        return random.choice(
            [FIRST, LAST, date(2012, 2, 29), date(2011, 8, 31), date(2011, 9, 1), date(2011, 1, 1)]
        )
    if kind == 1:
        leap = min(max(year - year % 4, 1904), 2996)
        return date(leap, 2, 29) if leap % 100 or leap % 400 == 0 else date(leap, 3, 1)
    if kind == 2:
        return moved(date(year, random.choice([1, 9]), 1), random.randint(-1, 1))
    if kind == 3:
        try:
            return moved(about.replace(year=year), random.randint(-1, 1))
        except ValueError:
            return moved(date(year, 3, 1), random.randint(-1, 1))
    return moved(
        about,
        random.choice([-1, -1, -1, 1])
        * int(random.expovariate(1 / random.choice([100, 400, 4000]))),
    )


def training(random, name, as_of, joined):
    found = {
        "id": name,
        "form": random.choice(FORMS),
        "level": random.choice(LEVELS),
        "purpose": random.choice(PURPOSES),
        "themes": random.sample(THEMES, random.randrange(4)),
    }
    start = some_day(random, random.choice([as_of, as_of, joined]))
    step = random.choice([0, 1, 1, 7])
    found["sessions"] = [
        {"on": moved(start, index * step).isoformat(), "hours": random.choice(HOURS)}
        for index in range(random.choice([0, 1, 3, 10, 40]))
    ]
    for fact in ("accredited", "registered"):
        if random.random() < 0.2:
            found[fact] = random.random() < 0.4
    if random.random() < 0.3:
        stages = random.sample(["before", "during", "after"], random.randrange(4))
        found["assessments"] = {
            stage: random.choice(["pass"] * 5 + ["fail", "missing"]) for stage in stages
        }
    if random.random() < 0.3:
        found["diploma_on"] = random.choice(
            [None, some_day(random, as_of).isoformat(), as_of.isoformat()]
        )
    if random.random() < 0.1:
        found["title"] = random.choice([None, "", "国培计划"])
    for field in ("purpose", "themes"):
        if random.random() < 0.1:
            del found[field]
    return plenty(random, found, start) if random.random() < 0.15 else found


def plenty(random, found, start):
    """The training with enough hours to meet something, and nothing held against it."""
    days = random.choice([5, 9, 15, 45])
    sessions = [
        {"on": moved(start, -index).isoformat(), "hours": random.choice(["8", "8", "7.99"])}
        for index in range(days)
    ]
    theme = random.choice(["ethics", "class_management", "school_management", "cadre_summer"])
    form = random.choice(["concentrated", "concentrated", "school", "remote", "practice"])
    return {
        "id": found["id"],
        "form": form,
        "level": found["level"],
        "themes": [theme],
        "sessions": sessions,
    } | ({"purpose": found["purpose"]} if "purpose" in found else {})


def spell(random, role, as_of, joined):
    first = some_day(random, random.choice([as_of, joined]))
    found = {"role": role, "from": first.isoformat()}
    if random.random() < 0.4:
        last = max(first, some_day(random, as_of))
        found["to"] = random.choice([None, last.isoformat(), last.isoformat()])
    return found


def scenario(seed, policy):
    """One sound scenario, the same for the same seed."""
    random = Random(f"{policy} {seed}")
    as_of = some_day(
        random,
        random.choice([date(2013, 6, 30), date(2016, 1, 1), date(1901, 1, 1), date(2999, 6, 1)]),
    )
    joined = min(as_of, some_day(random, as_of))
    roles = [
        spell(random, role, as_of, joined) for role in random.choices(ROLES, k=random.randrange(6))
    ]
    if random.random() < 0.6:
        roles.append({"role": "teacher", "from": min(as_of, some_day(random, joined)).isoformat()})
    return {
        "policy": policy,
        "as_of": as_of.isoformat(),
        "person": {"joined_on": joined.isoformat(), "roles": roles},
        "trainings": [
            training(random, f"t{n}", as_of, joined) for n in range(random.choice([0, 1, 2, 5, 9]))
        ],
    }
