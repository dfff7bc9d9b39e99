"""Teachers who go to another school: let go here, taken there."""

import datetime
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.people import queries as people
from lms.people import rules
from lms.people.domain import moves as domain
from lms.people.enums import OrganisationKind
from lms.people.errors import MoveRefused
from lms.people.models import Move, Organisation, Person
from lms.people.permissions import require

PAGE = 30


class MoveForm(forms.Form):
    """Where to, from when, and why."""

    target = forms.ModelChoiceField(
        label=pgettext_lazy("to another school", "To"), queryset=Organisation.objects.none()
    )
    on = forms.DateField(
        label=gettext_lazy("First day there"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Posts and duties at the old school end the day before."),
    )
    because = forms.CharField(
        label=gettext_lazy("Reason (optional)"), max_length=200, required=False
    )

    def __init__(self, *args: Any, origin: Organisation, **kwargs: Any) -> None:
        """Offers the schools of the same bureau, and the other bureaus."""
        super().__init__(*args, **kwargs)
        root = people.bureau_of(origin)
        schools = people.schools_under([root]).exclude(pk=origin.pk)
        bureaus = Organisation.objects.filter(kind=OrganisationKind.BUREAU).exclude(pk=root.pk)
        field: Any = self.fields["target"]
        field.queryset = (schools | bureaus).order_by("kind", "path")


@require_safe
def moves(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and all moves from and to one's schools."""
    person, today = _officer(request)
    page = Paginator(people.moves_seen_by(person, today), PAGE).get_page(request.GET.get("page"))
    waiting = list(people.moves_to_answer(person, today))
    context = {
        "page": page,
        "waiting": waiting,
        "schools": people.schools_under(people.organisations_overseen_by(person, today)).order_by("path"),
        "may_withdraw": {
            one.pk
            for one in page.object_list
            if not hasattr(one, "answer") and rules.may_let_go(person, one.person, one.origin, today)
        },
    }  # fmt: skip
    return render(request, "lms/moves.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a teacher go."""
    officer, today = _officer(request)
    teacher = people.person_by(public_id)
    if teacher is None:
        raise Http404
    origin = people.school_of(teacher, today)
    require(origin is not None and rules.may_let_go(officer, teacher, origin, today))
    if origin is None:
        raise Http404
    form = MoveForm(request.POST or None, origin=origin, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            move = domain.let_go(
                by=officer, person=teacher, origin=origin, at=timezone.now(), today=today,
                **form.cleaned_data,
            )  # fmt: skip
        except MoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            _tell(request, move)
            return redirect("moves")
    context = {"teacher": teacher, "origin": origin, "form": form}
    status = 422 if form.errors else 200
    return render(request, "lms/move_begin.html", context, status=status)


@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a teacher, do not, or take back what one began."""
    officer, today = _officer(request)
    move = (
        Move.objects.select_related("person", "origin", "target")
        .filter(public_id=public_id)
        .first()
    )
    if move is None:
        raise Http404
    said: dict[str, Any] = {"by": officer, "move": move, "at": timezone.now(), "today": today}
    act = request.POST.get("act")
    require(
        rules.may_let_go(officer, move.person, move.origin, today)
        if act == "withdraw"
        else rules.may_take(officer, move.person, move.target, today)
    )
    try:
        _answer(request, act, said)
    except MoveRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Noted. Who moved, when and by whom stands in the list."))
    return redirect("moves")


def _answer(request: HttpRequest, act: str | None, said: dict[str, Any]) -> None:
    """Do what was chosen. Raises MoveRefused."""
    if act == "take":
        domain.take(**said, school=_school(request))
    elif act == "decline":
        domain.decline(**said, because=request.POST.get("because", "")[:200])
    elif act == "withdraw":
        domain.withdraw(**said)
    else:
        raise MoveRefused(_("Choose whether the teacher is taken."))


def _officer(request: HttpRequest) -> tuple[Person, datetime.date]:
    """The signed-in administrator and today; 403 for everybody else."""
    today = timezone.localdate()
    require(rules.is_bureau(request.user, today))
    person: Any = request.user
    return person, today


def _school(request: HttpRequest) -> Organisation:
    try:
        key = uuid.UUID(request.POST.get("school", ""))
    except ValueError as error:
        raise MoveRefused(_("Choose the school where the teacher goes.")) from error
    school = Organisation.objects.filter(public_id=key).first()
    if school is None:
        raise MoveRefused(_("Choose the school where the teacher goes."))
    return school


def _tell(request: HttpRequest, move: Move) -> None:
    said = {"name": move.person.name, "place": move.target.name, "day": move.on.isoformat()}
    if hasattr(move, "answer"):
        messages.success(request, _("%(name)s goes to %(place)s on %(day)s.") % said)
    else:
        words = _("%(name)s is let go. %(place)s has to take them; until then everything stays.")
        messages.success(request, words % said)
