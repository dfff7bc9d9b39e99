"""A policy's rules in words: what its data file says, as a teacher reads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lms.credit.core.fields import Malformed
from lms.credit.core.hours import Hours
from lms.credit.core.policy_rules import (
    Amount,
    Calendar,
    Conditions,
    Counting,
    Exemption,
    Filter,
    HourUnit,
    PeriodRule,
    Policy,
    Recognition,
    Requirement,
    SchoolRequirement,
    Threshold,
)
from lms.credit.core.policy_table import PolicyError
from lms.credit.enums import Form, Level, Purpose, Theme
from lms.people.enums import PolicyRole

# Those parts of a sentence about malformed examples that are words themselves.
_SAID = ("wanted", "kind", "reason")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a policy's text: its line (None: nowhere in particular), its place, and a sentence."""

    line: int | None
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something the policy says, beside the paragraph that it follows (empty: the source does not say it)."""

    words: str
    quote: str


@dataclass(frozen=True, slots=True)
class RequirementWords:
    """A requirement: for whom, when, which hours, how many."""

    id: str
    title: str
    is_advice: bool
    who: str
    when: str
    what: str
    amount: str
    quote: str


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A policy as a page shows it."""

    title: str
    source: str
    calendar: Said
    hour: Said
    recognition: tuple[Said, ...]
    requirements: tuple[RequirementWords, ...]
    of_schools: tuple[RequirementWords, ...]
    exemptions: tuple[Said, ...]


def problem_of(error: PolicyError) -> Problem:
    """A policy's mistake in the reader's language."""
    return Problem(error.line, error.place, _(error.template) % error.params)


def malformed_in_words(wrong: Malformed) -> str:
    """What is wrong in a policy's worked examples, in the reader's language, after the place where it stands."""
    params = {
        key: _(value) if key in _SAID and isinstance(value, str) else value
        for key, value in wrong.params.items()
    }
    sentence = _(wrong.template) % params if params else _(wrong.template)
    return _("%(place)s: %(sentence)s") % {"place": wrong.path, "sentence": sentence}


def in_words(policy: Policy) -> PolicyWords:
    """All of it, in the policy's order."""
    titles = {one.id: one.title for one in policy.requirements}
    return PolicyWords(
        title=policy.title,
        source=policy.source,
        calendar=Said(_calendar(policy.calendar), policy.calendar.quote),
        hour=Said(hour_in_words(policy.hour), policy.hour.quote),
        recognition=tuple(_recognition(policy.recognition)),
        requirements=tuple(map(requirement_in_words, policy.requirements)),
        of_schools=tuple(map(_school_requirement, policy.school_requirements)),
        exemptions=tuple(Said(_exemption(one, titles), one.quote) for one in policy.exemptions),
    )


def _school_requirement(rule: SchoolRequirement) -> RequirementWords:
    return RequirementWords(
        id=rule.id,
        title=rule.title,
        is_advice=False,
        who=_("the school: %(who)s") % {"who": _who(rule.applies)},
        when=_("in this year"),
        what=_what(rule.filter),
        amount=_("at least %(share)s of a hundred with one training of at least %(hours)s hours")
        % {"share": rule.share, "hours": rule.training},
        quote=rule.quote,
    )


def exemption_in_words(policy: Policy, exemption: Exemption) -> Said:
    """One exemption, beside its paragraph."""
    titles = {one.id: one.title for one in policy.requirements}
    return Said(_exemption(exemption, titles), exemption.quote)


def reason_in_words(policy: Policy, reason: str) -> Said:
    """What lowered hours (the engine's reason), beside the paragraph that says so."""
    words = {
        "after-as-of": _("This day has not come yet."),
        "not-accredited": _("The bureau had not accredited the provider that day."),
        "not-registered": _("The bureau has not registered these hours yet."),
        "not-assessed": _("Not every assessment that is asked for was passed."),
        "no-diploma": _("Degree studies count on the day of the diploma."),
        "daily-cap": _("The day's hours are more than count on one day."),
    }
    return Said(words[reason], dict(policy.recognition.quotes).get(reason, ""))


def hour_in_words(hour: HourUnit) -> str:
    """How long an hour is (1 学时 = 45 分钟), and to what hours are rounded."""
    words = _("1 hour = %(minutes)s minutes") % {"minutes": hour.minutes}
    if hour.rounding == "half":
        return words + _(", rounded down to half hours")
    if hour.rounding == "whole":
        return words + _(", rounded down to whole hours")
    return words


def _calendar(calendar: Calendar) -> str:
    said = []
    if calendar.anchor:
        said.append(
            ngettext(
                "A cycle lasts %(years)s year, counted from %(day)s.",
                "A cycle lasts %(years)s years, counted from %(day)s.",
                calendar.cycle_years,
            )
            % {"years": calendar.cycle_years, "day": date_format(calendar.anchor, "Y-m-d")}
        )
    if calendar.year_from:
        month, day = calendar.year_from
        said.append(_("A year begins on %(month)s-%(day)s.") % {"month": month, "day": day})
    return " ".join(said)


def _recognition(rules: Recognition) -> Iterable[Said]:
    words = {
        "not-accredited": _(
            "Only hours of providers that the bureau has accredited that day count."
        ),
        "not-registered": _("Hours count once the bureau has registered them."),
        "not-assessed": _("Hours count where these assessments were passed: %(stages)s.")
        % {
            "stages": _listed(
                _stage(one) for one in ("before", "during", "after") if one in rules.stages
            )
        },
    }
    if rules.diploma:
        words["no-diploma"] = _(
            "%(form)s counts %(hours)s hours once, on the day of the diploma, and nothing before it."
        ) % {"form": Form(rules.diploma.form).label, "hours": rules.diploma.hours}
    if rules.daily_cap:
        words["daily-cap"] = _("Of one day at most %(hours)s hours count.") % {
            "hours": rules.daily_cap
        }
    return [Said(words[check], quote) for check, quote in rules.quotes]


def requirement_in_words(rule: Requirement) -> RequirementWords:
    """One requirement: for whom, when, which hours, how many."""
    return RequirementWords(
        id=rule.id,
        title=rule.title,
        is_advice=rule.kind == "advice",
        who=_who(rule.applies),
        when=_when(rule.counting.period),
        what=_what(rule.counting.filter),
        amount=_required(rule),
        quote=rule.quote,
    )


def _exemption(rule: Exemption, titles: dict[str, str]) -> str:
    when = [_who(rule.applies)] if rule.applies != Conditions() else []
    if rule.test:
        when.append(_test(rule.test))
    names = (title for key, title in titles.items() if key in rule.exempts)
    return _("%(when)s: not asked for %(requirements)s.") % {
        "when": _(", ").join(when),
        "requirements": _listed(names),
    }


def _test(test: Threshold) -> str:
    bounds = [
        words % {"amount": _amount(amount, test.counting)}
        for words, amount in (
            (_("more than %(amount)s"), test.more_than),
            (_("at least %(amount)s"), test.at_least),
            (_("less than %(amount)s"), test.less_than),
        )
        if amount is not None
    ]
    return _("%(when)s %(what)s: %(bounds)s") % {
        "when": _when(test.counting.period),
        "what": _what(test.counting.filter),
        "bounds": _(", ").join(bounds),
    }


def _who(rule: Conditions) -> str:
    said = []
    if rule.holds_any:
        said.append(_either(_role(one) for one in PolicyRole if one in rule.holds_any))
    if rule.holds_none:
        names = _either(_role(one) for one in PolicyRole if one in rule.holds_none)
        said.append(_("not %(roles)s") % {"roles": names})
    if rule.in_probation is not None:
        said.append(_("in the first year") if rule.in_probation else _("past the first year"))
    if rule.joined_in_cycle is not None:
        said.append(
            _("joined in this cycle") if rule.joined_in_cycle else _("joined before this cycle")
        )
    if rule.role_began_in_cycle:
        role = _role(PolicyRole(rule.role_began_in_cycle))
        said.append(_("became %(role)s in this cycle") % {"role": role})
    if rule.service_years_under:
        said.append(_("joined less than %(years)s years ago") % {"years": rule.service_years_under})
    if rule.service_years_from:
        said.append(_("joined at least %(years)s years ago") % {"years": rule.service_years_from})
    return _(", ").join(said) or _("everybody")


def _when(rule: PeriodRule) -> str:
    role = _role(PolicyRole(rule.role)) if rule.role else ""
    return {
        "cycle": _("in this cycle"),
        "year": _("in this year"),
        "probation": _("in the first year of service"),
        "until-probation-ends": _("up to the end of the first year of service"),
        "appointment-year": _("in the first year as %(role)s") % {"role": role},
        "cycle-since-role": _("in this cycle, since becoming %(role)s") % {"role": role},
    }[rule.kind]


def _what(rule: Filter) -> str:
    said = [
        _either(str(one.label) for one in words if one in wanted)
        for words, wanted in (
            (Purpose, rule.purposes),
            (Form, rule.forms),
            (Level, rule.levels),
            (Theme, rule.themes),
        )
        if wanted
    ]
    if rule.diplomas is not None:
        said.append(_("diplomas only") if rule.diplomas else _("without diplomas"))
    return " · ".join(said) or _("all hours")


def _required(rule: Requirement) -> str:
    amount = _amount(rule.required, rule.counting)
    if rule.counting.measure == "largest-training":
        return _("one training of at least %(amount)s") % {"amount": amount}
    if rule.each_year:
        return _("at least %(amount)s for each year") % {"amount": amount}
    return _("at least %(amount)s") % {"amount": amount}


def _amount(amount: Amount, counting: Counting) -> str:
    if isinstance(amount, Hours):
        return _("%(hours)s hours") % {"hours": amount}
    return ngettext("%(count)s training", "%(count)s trainings", amount) % {"count": amount}


def _role(role: PolicyRole) -> str:
    return str(role.label)


def _stage(stage: str) -> str:
    return {
        "before": pgettext("assessment", "before the training"),
        "during": pgettext("assessment", "during it"),
        "after": pgettext("assessment", "after it"),
    }[stage]


def _listed(words: Iterable[str]) -> str:
    return pgettext("list", ", ").join(words)


def _either(words: Iterable[str]) -> str:
    return _(" or ").join(words)
