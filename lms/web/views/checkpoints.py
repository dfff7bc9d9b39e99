"""Checkpoints for everybody: the list, the files, and the door where witnesses hand in their signatures."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from lms.credit.core import checkpoint as files
from lms.credit.core.note import LONGEST
from lms.credit.domain import checkpoints as domain
from lms.credit.errors import BadCosignature, LostCheckpoint
from lms.credit.models.proof import Checkpoint
from lms.web.limits import too_often

LIMIT = "checkpoints"
PAGE = 30
KEEP_S = 3600
_MOST_DIGITS = 18


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """All checkpoints, the newest first, with who countersigned each."""
    if limited := too_often(request, LIMIT):
        return limited
    found = Checkpoint.objects.prefetch_related("cosignatures__witness__organisation")
    page = Paginator(found.order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    name = domain.origin()
    return render(
        request,
        "lms/checkpoints.html",
        {
            "page": page,
            "origin": name,
            "site_url": settings.SITE_URL,
            "keys": [key.vkey for key in domain.own_keys(name)],
            "newest": page.object_list[0] if page.number == 1 and page.object_list else None,
        },
    )


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as a file. `from`: with the proof that it continues the one of this size alone."""
    return _file(request, Checkpoint.objects.order_by("-pk").first())


@require_safe
def file(request: HttpRequest, size: int) -> HttpResponse:
    """The newest checkpoint over so many transfers as a file."""
    found = None
    if len(str(size)) <= _MOST_DIGITS:
        found = Checkpoint.objects.filter(size=size).order_by("-pk").first()
    return _file(request, found)


@csrf_exempt  # whoever hands in a witness's signature needs no session: the signature says whose it is
@require_POST
def witness(request: HttpRequest) -> HttpResponse:
    """A signed note with a witness's line comes in as the body: 200 kept, 400 not one of ours, 409 we lost it."""
    if limited := too_often(request, LIMIT):
        return limited
    body = request.read(LONGEST + 1)
    try:
        kept = domain.add_cosignatures(_text(body), at=timezone.now())
    except BadCosignature as problem:
        return _plain(str(problem), 400)
    except LostCheckpoint as problem:
        return _plain(str(problem), 409)
    words = ngettext("%(count)s signature is kept.", "%(count)s signatures are kept.", len(kept))
    return _plain(words % {"count": len(kept)}, 200)


def _file(request: HttpRequest, found: Checkpoint | None) -> HttpResponse:
    if limited := too_often(request, LIMIT):
        return limited
    if found is None:
        raise Http404
    since = request.GET.get("from", "")
    size = (
        int(since) if since.isascii() and since.isdigit() and len(since) <= _MOST_DIGITS else None
    )
    # A witness's signature makes it another file.
    key = f"checkpoint:{found.pk}:{found.cosignatures.count()}:{size}"
    content: Any = cache.get(key)
    if content is None:
        content = files.write_file(domain.checkpoint_file(found, since=size))
        cache.set(key, content, KEEP_S)
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{found.size}.json"'
    answer["Cache-Control"] = "no-cache"
    # For pages that check a statement from disk or from another site; nothing here is anybody's secret.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as problem:
        raise BadCosignature(_("This is no checkpoint with signatures.")) from problem


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
