"""The bureau's policies in Wagtail's admin: lists, the editor beside the source, dry run, publishing, assigning."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin import messages

from lms.credit import rules, tasks
from lms.credit.core.examples import Tried, read_examples, try_examples
from lms.credit.core.fields import Malformed
from lms.credit.core.policy import read_policy
from lms.credit.core.policy_table import PolicyError
from lms.credit.domain import assign, drafts, dry_run
from lms.credit.domain.policies import rules_of
from lms.credit.errors import BadPolicy
from lms.credit.forms.policies import AssignForm, DraftForm, EndForm, NewPolicyForm, PublishForm
from lms.credit.manual import manual
from lms.credit.models.policy import (
    DryRun,
    Policy,
    PolicyAssignment,
    PolicyDraft,
    PolicyVersion,
)
from lms.credit.wording import PolicyWords, Problem, in_words, malformed_in_words, problem_of
from lms.people.models.organisations import Organisation
from lms.people.models.person import Person as PersonRow
from lms.people.permissions import require
from lms.people.policy import organisations_within_reach
from lms.people.queries import organisations_overseen_by

if TYPE_CHECKING:
    from lms.credit.core.policy_rules import Policy as Rules
    from lms.people.models.person import Person

ICON = "doc-full-inverse"


@dataclass(frozen=True, slots=True)
class Beside:
    """A rule in words with its paragraph; `found`: whether the source text has it, None without one."""

    title: str
    words: str
    quote: str
    found: bool | None


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What one may use, and what holds where within one's reach."""
    person, today = _who(request), timezone.localdate()
    assignments = PolicyAssignment.objects.filter(
        organisation__in=organisations_within_reach(person, today)
    ).select_related("policy", "organisation")
    context = {
        "page_title": _("Credit-hour policies"),
        "header_icon": ICON,
        "policies": _usable(person, today).annotate(
            has_draft=Exists(PolicyDraft.objects.filter(policy=OuterRef("pk"))),
            is_published=Exists(PolicyVersion.objects.filter(policy=OuterRef("pk"))),
        ),
        "assignments": assignments,
        "today": today,
    }
    return render(request, "credit/policies/index.html", context)


@require_GET
def how(request: HttpRequest) -> HttpResponse:
    """How a policy is written."""
    context = {"page_title": _("How a policy is written"), "header_icon": ICON, "manual": manual()}
    return render(request, "credit/policies/how.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A policy of one's own."""
    person, today = _who(request), timezone.localdate()
    owners = Organisation.objects.filter(
        pk__in=[one.pk for one in organisations_overseen_by(person, today)]
    )
    newest = PolicyVersion.objects.filter(policy__in=_usable(person, today))
    newest = newest.order_by("policy_id", "-number").distinct("policy_id")
    form = NewPolicyForm(
        request.POST or None,
        owners=owners,
        versions=PolicyVersion.objects.filter(pk__in=newest.values("pk")).select_related("policy"),
        initial={"like": request.GET.get("like")},
    )
    if request.method == "POST" and form.is_valid():
        made = form.cleaned_data
        try:
            policy = drafts.create_policy(
                owner=made["owner"],
                slug=made["slug"],
                like=made["like"],
                by=person,
                at=timezone.now(),
            )
        except BadPolicy as problem:
            form.add_error("slug", str(problem))
        else:
            return redirect("policies_admin:policy", slug=policy.slug)
    context = {"page_title": _("A policy of our own"), "header_icon": ICON, "form": form}
    return render(request, "credit/policies/new.html", context)


@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, slug: str) -> HttpResponse:
    """One policy: its editor for those whose it is, to read for the others."""
    person, found = _who(request), _found(request, slug)
    if not rules.may_edit_policy(person, found, timezone.localdate()):
        require(request.method == "GET")
        return _page(request, found)
    draft = PolicyDraft.objects.filter(policy=found).select_related("policy").first()
    if request.method == "POST":
        return _save(request, found, draft)
    if draft is None:
        return _page(request, found)
    return _page(request, found, draft=draft, form=_form_of(draft))


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a new draft with what holds now."""
    found = _own(request, slug)
    drafts.draft_of(found, by=_who(request), at=timezone.now())
    return redirect("policies_admin:policy", slug=slug)


@require_POST
def try_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Try the saved draft on last year's record: at once for few teachers, in a worker for many."""
    found = _own(request, slug)
    draft = get_object_or_404(PolicyDraft.objects.select_related("policy__owner"), policy=found)
    try:
        made = dry_run.start(draft, by=_who(request), at=timezone.now())
    except BadPolicy as problem:
        messages.error(request, str(problem))
        return redirect("policies_admin:policy", slug=slug)
    if made.people < dry_run.INLINE:
        dry_run.run(made, clock=timezone.now)
    else:
        tasks.run_dry_run.enqueue(made.pk)
    return redirect("policies_admin:tried", slug=slug)


@require_GET
def tried(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest dry run: how far it is, or who gains and who loses."""
    found = _own(request, slug)
    run = DryRun.objects.filter(policy=found).select_related("by").first()
    if run is None:
        raise Http404
    draft = PolicyDraft.objects.filter(policy=found).first()
    result = run.result or {}
    context = {
        "page_title": _("Dry run"),
        "page_subtitle": found.title,
        "header_icon": ICON,
        "policy": found,
        "run": run,
        "is_lost": dry_run.is_lost(run, timezone.now()),
        "is_current": draft is not None and draft.text == run.text,
        "percent": run.done * 100 // max(run.people, 1),
        "gained": _named(result.get("gained_people", [])),
        "lost": _named(result.get("lost_people", [])),
        "publish": PublishForm(initial={"in_force_from": timezone.localdate()}),
    }
    answer = render(request, "credit/policies/tried.html", context)
    if run.result is None and not context["is_lost"]:
        answer["Refresh"] = "3"
    return answer


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the draft the next version."""
    found, form = _own(request, slug), PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the day from which it is in force."))
        return redirect("policies_admin:policy", slug=slug)
    try:
        version = drafts.publish(
            found,
            in_force_from=form.cleaned_data["in_force_from"],
            by=_who(request),
            at=timezone.now(),
        )
    except BadPolicy as problem:
        messages.error(request, str(problem))
    else:
        words = _("Version %(number)s is published.") % {"number": version.number}
        messages.success(request, words)
    return redirect("policies_admin:policy", slug=slug)


@require_http_methods(["GET", "POST"])
def assign_to(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the policy hold at an organisation for a span of time."""
    person, found, today = _who(request), _found(request, slug), timezone.localdate()
    places = organisations_within_reach(person, today).order_by("path")
    if found.owner:
        places = places.filter(path__startswith=found.owner.path)
    form = AssignForm(request.POST or None, organisations=places, initial={"from_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            assign.assign_policy(policy=found, **form.cleaned_data)
        except BadPolicy as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The policy holds there."))
            return redirect("policies_admin:index")
    context = {
        "page_title": _("Where it holds"),
        "page_subtitle": found.title,
        "header_icon": ICON,
        "policy": found,
        "form": form,
    }
    return render(request, "credit/policies/assign.html", context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an assignment end."""
    person, today = _who(request), timezone.localdate()
    places = organisations_within_reach(person, today)
    assignment = get_object_or_404(
        PolicyAssignment.objects.select_related("policy", "organisation"),
        pk=pk,
        organisation__in=places,
    )
    form = EndForm(request.POST or None, initial={"to_on": assignment.to_on or today})
    if request.method == "POST" and form.is_valid():
        try:
            assign.end_assignment(assignment, to_on=form.cleaned_data["to_on"])
        except BadPolicy as problem:
            form.add_error("to_on", str(problem))
        else:
            return redirect("policies_admin:index")
    context = {
        "page_title": _("Last day"),
        "page_subtitle": str(assignment),
        "header_icon": ICON,
        "form": form,
    }
    return render(request, "credit/policies/end.html", context)


def _who(request: HttpRequest) -> "Person":
    return cast("Person", request.user)


def _usable(person: "Person", on: datetime.date) -> QuerySet[Policy]:
    """The policies that somebody may read in the admin (rules.may_use_policy), as a queryset."""
    if person.is_superuser:
        return Policy.objects.select_related("owner")
    seen = Q(owner=None) | Q(owner__in=organisations_within_reach(person, on))
    steps = Organisation.steplen
    for one in organisations_overseen_by(person, on):
        seen |= Q(owner__path__in=[one.path[:end] for end in range(steps, len(one.path), steps)])
    return Policy.objects.filter(seen).select_related("owner")


def _found(request: HttpRequest, slug: str) -> Policy:
    """The policy, if one may see it at all; another bureau's is not found."""
    found = get_object_or_404(Policy.objects.select_related("owner"), slug=slug)
    if not rules.may_use_policy(_who(request), found, timezone.localdate()):
        raise Http404
    return found


def _own(request: HttpRequest, slug: str) -> Policy:
    found = _found(request, slug)
    require(rules.may_edit_policy(_who(request), found, timezone.localdate()))
    return found


def _form_of(draft: PolicyDraft) -> DraftForm:
    return DraftForm(
        initial={
            "text": draft.text,
            "source_text": draft.source_text,
            "examples": draft.examples,
            "seen": draft.saved_at.isoformat(),
        }
    )


def _save(request: HttpRequest, found: Policy, draft: PolicyDraft | None) -> HttpResponse:
    if draft is None:
        messages.error(request, _("This draft was published meanwhile. Begin a new one."))
        return redirect("policies_admin:policy", slug=found.slug)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, found, draft=draft, form=form)
    try:
        saved = drafts.save_draft(draft, **form.cleaned_data, by=_who(request), at=timezone.now())
    except BadPolicy as problem:
        form.add_error(None, str(problem))
        return _page(request, found, draft=draft, form=form)
    wrong = _wrong_in(_examined(found.slug, saved))
    if wrong:
        messages.warning(request, wrong)
    else:
        messages.success(request, _("Draft saved."))
    return redirect("policies_admin:policy", slug=found.slug)


def _wrong_in(examined: dict[str, Any]) -> str:
    """Above the fold, what has to be looked for below: mistakes in the rules, or else in the worked examples."""
    if "problem" in examined:
        return _("Draft saved. The rules have a mistake.")
    if "example_problem" in examined:
        return _("Draft saved. The worked examples cannot be read.")
    if failed := len(examined["examples"]) - examined["passed"]:
        return ngettext(
            "Draft saved. %(count)s worked example comes out differently.",
            "Draft saved. %(count)s worked examples come out differently.",
            failed,
        ) % {"count": failed}
    return ""


def _page(
    request: HttpRequest,
    found: Policy,
    *,
    draft: PolicyDraft | None = None,
    form: DraftForm | None = None,
) -> HttpResponse:
    versions = list(found.versions.select_related("policy", "published_by").order_by("-number"))
    context: dict[str, Any] = {
        "page_title": found.title,
        "header_icon": ICON,
        "policy": found,
        "versions": versions,
        "draft": draft,
        "form": form,
        "may_edit": rules.may_edit_policy(_who(request), found, timezone.localdate()),
    }
    if draft:
        context |= _examined(found.slug, draft)
        run = DryRun.objects.filter(policy=found).first()
        context |= {
            "run": run,
            "is_tried": bool(run and run.result and run.text == draft.text),
            "publish": PublishForm(initial={"in_force_from": timezone.localdate()}),
        }
    elif versions:
        context["beside"] = _beside(rules_of(versions[0]), versions[0].source_text)
    return render(request, "credit/policies/policy.html", context)


def _examined(slug: str, draft: PolicyDraft) -> dict[str, Any]:
    """What is wrong with a draft, or its rules beside their paragraphs and what became of its examples."""
    try:
        read = read_policy(draft.text, policy_id=slug)
    except PolicyError as error:
        problem: Problem = problem_of(error)
        lines = draft.text.split("\n")
        shown = lines[problem.line - 1] if problem.line and problem.line <= len(lines) else ""
        return {"problem": problem, "problem_line": shown}
    found: dict[str, Any] = {"beside": _beside(read, draft.source_text)}
    try:
        examples: list[Tried] = try_examples(read, read_examples(draft.examples))
    except Malformed as wrong:
        return found | {"example_problem": malformed_in_words(wrong)}
    found["examples"] = [
        (one, malformed_in_words(one.problem) if one.problem else "") for one in examples
    ]
    return found | {"passed": sum(one.passed for one in examples)}


def _beside(read: "Rules", source: str) -> list[Beside]:
    words: PolicyWords = in_words(read)
    kept = "".join(source.split())

    def beside(title: str, said: str, quote: str) -> Beside:
        lines = ["".join(line.split()) for line in quote.splitlines()]
        found = all(line in kept for line in lines) if kept and quote else None
        return Beside(title, said, quote, found)

    return [
        *(
            beside(one.title, " · ".join((one.who, one.when, one.what, one.amount)), one.quote)
            for one in words.requirements
        ),
        *(beside(_("Exemption"), one.words, one.quote) for one in words.exemptions),
        *(beside(_("What hours count"), one.words, one.quote) for one in words.recognition),
        beside(_("Years and cycles"), words.calendar.words, words.calendar.quote),
        beside(_("Length of an hour"), words.hour.words, words.hour.quote),
    ]


def _named(public_ids: list[str]) -> list[str]:
    """Names of those who are still known, sorted."""
    found = PersonRow.objects.filter(public_id__in=public_ids).order_by(F("name"))
    return list(found.values_list("name", flat=True))
