"""The five policies a second time, as plain branches: slow, obvious, and sharing nothing with the engine.

Written from the wording of the policies alone, so that an engine or a data file that reads them
otherwise is found out by comparison (test_against_reference.py).
"""

from datetime import date, timedelta
from fractions import Fraction

ONE_DAY = timedelta(days=1)
YEAR_OPENS = {"xuancheng-school": (9, 1)}
CYCLE_OPENS = {
    "wenzhou-2012": date(2011, 1, 1),
    "luoyang-2011": date(2011, 1, 1),
    "xuancheng-school": date(2011, 9, 1),
    "hunan-county": date(2011, 1, 1),
}
STAGES = {"hunan-county": ["after"], "xuancheng-school": ["before", "during", "after"]}


def later(day, years):
    if (day.month, day.day) == (2, 29):
        leap = (day.year + years) % 4 == 0 and (
            (day.year + years) % 100 != 0 or (day.year + years) % 400 == 0
        )
        return date(day.year + years, 2, 29) if leap else date(day.year + years, 3, 1)
    return date(day.year + years, day.month, day.day)


def cycle(policy, as_of):
    start = CYCLE_OPENS[policy]
    while start > as_of:
        start = start.replace(year=start.year - 5)
    while start.replace(year=start.year + 5) <= as_of:
        start = start.replace(year=start.year + 5)
    return start, start.replace(year=start.year + 5) - ONE_DAY


def year(policy, as_of):
    month, day = YEAR_OPENS.get(policy, (1, 1))
    start = date(as_of.year, month, day)
    if start > as_of:
        start = date(as_of.year - 1, month, day)
    return start, date(start.year + 1, month, day) - ONE_DAY


def shown(number):
    if isinstance(number, int):
        return str(number)
    text = f"{number.numerator * (100 // number.denominator) / 100:.2f}"
    while "." in text and text[-1] in "0.":
        text = text[:-1] if text[-1] == "0" else text.replace(".", "")
    return text


def recognised(scenario):  # noqa: C901 - the checks in their order, nothing else
    policy, as_of = scenario["policy"], date.fromisoformat(scenario["as_of"])
    lines, day_sum = [], {}
    for training in scenario["trainings"]:
        form = training["form"]
        tag = {
            "training": training["id"],
            "form": form,
            "level": training["level"],
            "themes": training.get("themes", []),
            "purpose": training.get("purpose", "in_service"),
            "diploma": False,
        }
        degree = policy == "xuancheng-school" and form == "degree"
        diploma = training.get("diploma_on") if degree else None
        if diploma is not None and date.fromisoformat(diploma) <= as_of:
            flat = Fraction(72)
            lines.append(
                {
                    **tag,
                    "on": date.fromisoformat(diploma),
                    "claimed": flat,
                    "counted": flat,
                    "reasons": [],
                    "diploma": True,
                }
            )
            continue
        marks = training.get("assessments", {"before": "pass", "during": "pass", "after": "pass"})
        for session in training["sessions"]:
            on, claimed = date.fromisoformat(session["on"]), Fraction(session["hours"])
            counted, reason = Fraction(0), None
            if on > as_of:
                reason = "after-as-of"
            elif degree:
                reason = "no-diploma"
            elif policy in (
                "wenzhou-2012",
                "xuancheng-school",
                "hunan-county",
            ) and not training.get("accredited", True):
                reason = "not-accredited"
            elif policy == "qianjiang-2017" and not training.get("registered", True):
                reason = "not-registered"
            elif any(marks.get(stage) != "pass" for stage in STAGES.get(policy, [])):
                reason = "not-assessed"
            else:
                counted = claimed
                if policy == "wenzhou-2012":
                    counted = min(claimed, 8 - day_sum.get(on, 0))
                    day_sum[on] = day_sum.get(on, 0) + counted
                    if counted != claimed:
                        reason = "daily-cap"
            lines.append(
                {
                    **tag,
                    "on": on,
                    "claimed": claimed,
                    "counted": counted,
                    "reasons": [reason] if reason else [],
                }
            )
    return lines


def expected(scenario):  # noqa: C901 - one branch a rule is the point
    policy, as_of = scenario["policy"], date.fromisoformat(scenario["as_of"])
    joined = date.fromisoformat(scenario["person"]["joined_on"])
    lines = recognised(scenario)
    held = {}
    for spell in scenario["person"]["roles"]:
        first = date.fromisoformat(spell["from"])
        last = date.fromisoformat(spell["to"]) if spell.get("to") else date.max
        if first <= as_of <= last:
            held.setdefault(spell["role"], []).append(first)
    began = {role: sorted(days)[0] for role, days in held.items()}
    probation = (joined, later(joined, 1) - ONE_DAY)
    on_probation = probation[0] <= as_of <= probation[1]
    this_year = year(policy, as_of)
    rows = []

    def within(period, *, purpose=None, form=(), level=(), theme=None):
        return [
            line
            for line in lines
            if (period[0] is None or line["on"] >= period[0])
            and line["on"] <= period[1]
            and purpose in (None, line["purpose"])
            and (not form or line["form"] in form)
            and (not level or line["level"] in level)
            and (theme is None or theme in line["themes"])
        ]

    def hours(period, **wanted):
        return sum((line["counted"] for line in within(period, **wanted)), Fraction(0))

    def projects(period, **wanted):
        sums = {}
        for line in within(period, **wanted):
            sums[line["training"]] = sums.get(line["training"], Fraction(0)) + line["counted"]
        return sums

    def ask(name, period, counted, required, kind="must", exempt=False):
        required = required if isinstance(counted, int) else Fraction(required)
        status = "exempt" if exempt else "met" if counted >= required else "unmet"
        short = required - counted if status == "unmet" else required * 0
        rows.append(
            {
                "id": name,
                "kind": kind,
                "from": period[0].isoformat() if period[0] else None,
                "to": period[1].isoformat(),
                "required": shown(required),
                "counted": shown(counted),
                "status": status,
                "shortfall": shown(short),
            }
        )

    if policy == "wenzhou-2012":
        c = cycle(policy, as_of)
        if "teacher" in held and not on_probation:
            ask("cycle-total", c, hours(c, purpose="in_service"), 360)
            ask("cycle-school", c, hours(c, purpose="in_service", form=["school"]), 120)
            best = max(
                [Fraction(0), *projects(c, purpose="in_service", form=["concentrated"]).values()]
            )
            ask("cycle-single", c, best, 90)
            ask("year-total", this_year, hours(this_year, purpose="in_service"), 48, "advice")
            ask(
                "year-school",
                this_year,
                hours(this_year, purpose="in_service", form=["school"]),
                24,
                "advice",
            )
        if "backbone" in held:
            ask("backbone", c, hours(c, purpose="in_service", form=["concentrated"]), 120)
        if "class_teacher" in held:
            ask("class-teacher", c, hours(c, purpose="in_service", theme="class_management"), 30)
        if "principal" in held:
            ask(
                "principal",
                c,
                hours(c, purpose="in_service", form=["concentrated"], theme="school_management"),
                120,
            )
        if c[0] <= joined <= c[1]:
            ask("induction", probation, hours(probation, purpose="induction"), 180)
            ask(
                "induction-practice",
                probation,
                hours(probation, purpose="induction", form=["practice"]),
                60,
            )
        if "principal" in held and c[0] <= began["principal"] <= c[1]:
            a = (began["principal"], later(began["principal"], 1) - ONE_DAY)
            ask("qualification", a, hours(a, purpose="qualification"), 300)
            ask(
                "qualification-concentrated",
                a,
                hours(a, purpose="qualification", form=["concentrated"]),
                90,
            )

    if policy == "qianjiang-2017":
        y = this_year
        new = as_of < later(joined, 3)
        if "teacher" in held or "principal" in held:
            ask("year-total", y, hours(y), 72)
        if "teacher" in held and not new and "backbone" not in held and "principal" not in held:
            ask(
                "post", y, hours(y, purpose="in_service", form=["concentrated"], level=["city"]), 36
            )
        if "teacher" in held and new:
            ask("new-teacher", y, hours(y, purpose="induction"), 36)
        if "class_teacher" in held:
            ask("class-teacher", y, hours(y, theme="class_management"), 6)
        if "vice_principal" in held:
            ask("middle-manager", y, hours(y, theme="school_management"), 36)
        if "cadre" in held or "principal" in held:
            ask("summer-cadre", y, hours(y, theme="cadre_summer"), 12)
        if "principal_candidate" in held:
            ask("qualification", y, hours(y, purpose="qualification"), 300)

    if policy == "luoyang-2011":
        c = cycle(policy, as_of)
        if "teacher" in held:
            ask("cycle-total", c, hours(c, purpose="in_service"), 360)
        if "cadre" in held:
            ask("cadre-total", c, hours(c, purpose="in_service"), 240)
        if "teacher" in held or "cadre" in held:
            high = projects(c, purpose="in_service", level=["national", "province"])
            local = projects(c, purpose="in_service", level=["city", "county"])
            ask("province-count", c, len([s for s in high.values() if s > 0]), 1)
            ask("local-count", c, len([s for s in local.values() if s > 0]), 2)
        if c[0] <= joined <= c[1]:
            until = (None, probation[1])
            ask("induction", until, hours(until, purpose="induction"), 120)
        if "cadre" in held and c[0] <= began["cadre"] <= c[1]:
            ask("new-cadre", c, hours(c, purpose="qualification"), 300)
        if "class_teacher" in held:
            since = (c[0] if c[0] > began["class_teacher"] else began["class_teacher"], as_of)
            years = len(range(since[0].year, since[1].year + 1))
            ask("class-teacher", since, hours(since, theme="class_management"), 24 * years)
        if "trainer" in held:
            ask("trainer", this_year, hours(this_year), 72)

    if policy == "xuancheng-school":
        c, y = cycle(policy, as_of), this_year
        with_diploma = any(line["diploma"] and y[0] <= line["on"] <= y[1] for line in lines)
        s = sum(
            (
                line["counted"]
                for line in within(y, purpose="in_service", level=["national", "province", "city"])
                if not line["diploma"]
            ),
            Fraction(0),
        )
        all_four = on_probation or with_diploma or s >= 72
        two = 0 < s < 72
        if "teacher" in held:
            ask("cycle-total", c, hours(c, purpose="in_service"), 360)
            ask("year-total", y, hours(y, purpose="in_service"), 72, exempt=all_four)
            ask(
                "year-school",
                y,
                hours(y, purpose="in_service", form=["school"]),
                24,
                exempt=all_four,
            )
            concentrated = hours(y, purpose="in_service", form=["concentrated"])
            ask("year-concentrated", y, concentrated, 24, exempt=all_four or two)
            remote = hours(y, purpose="in_service", form=["remote", "outreach"])
            ask("year-remote", y, remote, 24, exempt=all_four or two)
            ask("cycle-ethics", c, hours(c, purpose="in_service", theme="ethics"), 60)
        if "principal" in held:
            ask("principal", c, hours(c, purpose="in_service"), 240)
        if c[0] <= joined <= c[1]:
            ask("induction", probation, hours(probation, purpose="induction"), 120)
            ask(
                "induction-ethics",
                probation,
                hours(probation, purpose="induction", theme="ethics"),
                30,
            )

    if policy == "hunan-county":
        c = cycle(policy, as_of)
        if "teacher" in held or "principal" in held:
            ask("cycle-total", c, hours(c, purpose="in_service"), 360)
            ask("cycle-school", c, hours(c, purpose="in_service", form=["school"]), 120)
        if c[0] <= joined <= c[1]:
            until = (None, probation[1])
            ask("induction", until, hours(until, purpose="induction"), 150)
            ask("induction-school", until, hours(until, purpose="induction", form=["school"]), 30)
        if "class_teacher" in held:
            ask("class-teacher", c, hours(c, purpose="in_service", theme="class_management"), 30)
        if "trainer" in held:
            ask("trainer", this_year, hours(this_year), 72)

    return {
        "policy": policy,
        "as_of": scenario["as_of"],
        "met": not [row for row in rows if row["kind"] == "must" and row["status"] == "unmet"],
        "lines": [
            {
                "training": line["training"],
                "on": line["on"].isoformat(),
                "claimed": shown(line["claimed"]),
                "counted": shown(line["counted"]),
                "reasons": line["reasons"],
            }
            for line in lines
        ],
        "requirements": rows,
    }
