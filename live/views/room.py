"""Files of a room, who assists in it, and the words that its chat does not show."""

import uuid
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from live import queries, rules
from live.domain import lines
from live.domain.errors import Refused
from live.domain.room import files, shapes, wordlists
from live.enums import RoomRole
from live.forms import AssistantsForm, WordListForm
from live.models.lesson import Lesson
from live.models.room import HandedFile
from live.views.lessons import lesson_or_404
from lms.api.people import Person
from lms.api.permissions import require


def _looked_after(request: HttpRequest, lesson_id: uuid.UUID) -> Lesson:
    """The lesson, where the person looks after its room."""
    lesson = lesson_or_404(lesson_id)
    today = timezone.localdate()
    require(
        rules.may_attend(request.user, lesson, today)
        and rules.role_in(request.user, lesson, today) != RoomRole.LEARNER,
        _("Only the trainer of this lesson and its assistants can do this."),
    )
    return lesson


@require_POST
def hand_out(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """Hand a file out to the room."""
    lesson, at = _looked_after(request, lesson_id), timezone.now()
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"error": "no-file", "message": _("Choose a file first.")}, status=400)
    try:
        one = files.hand_out(
            lesson_id=lesson.pk, upload=upload, by_id=cast("Person", request.user).pk, at=at
        )
    except Refused as refused:
        return JsonResponse({"error": refused.code, "message": refused.message}, status=400)
    lines.tell(lesson.pk, shapes.file(one), at=at)
    return JsonResponse(shapes.file(one))


@require_POST
def withdraw(request: HttpRequest, lesson_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """Hand a file out no longer."""
    lesson, at = _looked_after(request, lesson_id), timezone.now()
    try:
        files.withdraw(lesson_id=lesson.pk, file_id=file_id, at=at)
    except Refused as refused:
        return JsonResponse({"error": refused.code, "message": refused.message}, status=404)
    lines.tell(lesson.pk, {"type": "file.gone", "id": str(file_id)}, at=at)
    return JsonResponse({})


@require_GET
def file(request: HttpRequest, lesson_id: uuid.UUID, file_id: uuid.UUID) -> FileResponse:
    """A file, to be saved and never shown in our own pages' name."""
    lesson = lesson_or_404(lesson_id)
    require(rules.may_attend(request.user, lesson, timezone.localdate()))
    found = HandedFile.objects.filter(lesson=lesson, pk=file_id, withdrawn_at=None).first()
    if found is None:
        raise Http404
    answer = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
def assistants(request: HttpRequest, lesson_id: uuid.UUID) -> HttpResponse:
    """The trainer names who looks after the room."""
    lesson = lesson_or_404(lesson_id)
    require(
        rules.may_broadcast(request.user, lesson, timezone.localdate()),
        _("Only the trainer of this lesson and its co-hosts can give it."),
    )
    people = queries.may_assist(lesson, timezone.localdate())
    form = AssistantsForm(
        request.POST or None, people=people, initial={"assistants": lesson.assistants.all()}
    )
    if request.method == "POST" and form.is_valid():
        lesson.assistants.set(form.cleaned_data["assistants"])
        return redirect("live:studio", lesson_id=lesson.pk)
    context = {"lesson": lesson, "form": form, "people": people}
    return render(request, "live/assistants.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """The lists of words that a provider or a bureau keeps from the chats of its lessons."""
    person = cast("Person", request.user)
    owners = wordlists.owners_of(person, timezone.localdate())
    sections: list[dict[str, Any]] = []
    for key, owner in owners.items():
        is_sent = request.POST.get("owner") == key
        form = WordListForm(
            request.POST if is_sent else None,
            auto_id=f"id_{key}_%s",
            initial={"words": wordlists.words_of(owner)},
        )
        if is_sent and form.is_valid():
            wordlists.keep(
                owner=owner, words=form.cleaned_data["words"], by=person, at=timezone.now()
            )
            return redirect(f"{reverse('live:words')}?kept={key}")
        sections.append({"key": key, "owner": owner, "form": form})
    require(request.method == "GET" or request.POST.get("owner") in owners)
    return render(
        request,
        "live/words.html",
        {"sections": sections, "kept": request.GET.get("kept")},
        status=400 if request.method == "POST" else 200,
    )
