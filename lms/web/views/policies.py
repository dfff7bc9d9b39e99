"""Policies for everybody to read: the rules in words, each beside the paragraph it follows."""

import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lms.credit.domain import policies as domain
from lms.credit.models.policy import FROM_EVER, Policy, PolicyVersion
from lms.credit.wording import in_words


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """All that are published, one's own first."""
    today = timezone.localdate()
    mine = (
        domain.policy_for(request.user, today)  # type: ignore[arg-type] # a Person, once signed in
        if request.user.is_authenticated
        else None
    )
    found = Policy.objects.filter(versions__isnull=False).select_related("owner").distinct()
    return render(request, "lms/policies.html", {"policies": found, "mine": mine})


@require_safe
def policy(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """One of them: the version in force today (or the first that will be), or the one asked for."""
    found = Policy.objects.filter(slug=slug).select_related("owner").first()
    versions = list(found.versions.order_by("-number")) if found else []
    today = timezone.localdate()
    shown = _shown(versions, number, today)
    if found is None or shown is None:
        raise Http404
    shown.policy = found
    context = {
        "policy": found,
        "version": shown,
        "from_ever": shown.in_force_from == FROM_EVER,
        "versions": versions,
        "words": in_words(domain.rules_of(shown)),
        "today": today,
    }
    return render(request, "lms/policy.html", context)


def _shown(
    versions: list[PolicyVersion], number: int | None, today: datetime.date
) -> PolicyVersion | None:
    if number is not None:
        return next((one for one in versions if one.number == number), None)
    in_force = [one for one in versions if one.in_force_from <= today]
    return next(iter(in_force or versions[-1:]), None)
