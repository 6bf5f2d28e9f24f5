"""Forms that are sent twice have one effect: double click, back button, two tabs, an answer that was lost.

A form of ours carries `{% once %}`, a hidden key of its own. The first answer that leads on (a redirect) is stored in
the same transaction as what the form did, so both happen or neither; the same key again gets that answer. Two at once
are one: the second waits for the row of the first. The same key with other words in the form is refused. An answer
that leads nowhere, such as a form with an error, is not stored: the person corrects it and sends the same form again.
Sign-up has a key in its own events besides (`courses.services.enrolment`).
"""

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from core.clock import daily
from core.db.turns import in_turn
from core.models import StoredAnswer

FIELD = "once"
HEADER = "Idempotency-Key"
LONGEST = 64
KEPT = datetime.timedelta(days=1)
PIECE = 64 * 1024


class OnceMiddleware:
    """Stands last, so that nothing but the view runs inside its transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if not key or not request.user.is_authenticated:
            return self.get_response(request)
        return _answer_once(request, key, self.get_response)


def _key(request: HttpRequest) -> str:
    if request.method != "POST":
        return ""
    return (request.headers.get(HEADER) or request.POST.get(FIELD, ""))[:LONGEST]


def _answer_once(
    request: HttpRequest, key: str, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    row = StoredAnswer(actor=int(request.user.pk or 0), key=key, digest=_digest(request))
    try:
        return _first_time(request, row, get_response)
    except _Seen:
        return _again(request, row)


class _Seen(Exception):
    """Somebody sent this key before."""


@in_turn
@transaction.atomic
def _first_time(
    request: HttpRequest, row: StoredAnswer, get_response: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponseBase:
    try:
        with transaction.atomic():
            row.save(force_insert=True)  # waits here for whoever has the same key in hand
    except IntegrityError:
        raise _Seen from None
    response = get_response(request)
    _keep(request, row, response)
    return response


def _keep(request: HttpRequest, row: StoredAnswer, response: HttpResponseBase) -> None:
    if response.status_code >= 500:
        transaction.set_rollback(True)
    elif isinstance(response, HttpResponseRedirect):
        row.location, row.notes = response.url, _notes(request)
        row.save(update_fields=["location", "notes"])
    else:
        row.delete()


def _notes(request: HttpRequest) -> list[list[Any]]:
    """What the view said for the next page, without taking it away from that page."""
    queued = getattr(messages.get_messages(request), "_queued_messages", [])
    return [[note.level, str(note.message)] for note in queued]


def _again(request: HttpRequest, row: StoredAnswer) -> HttpResponse:
    stored = StoredAnswer.objects.filter(actor=row.actor, key=row.key).first()
    if stored is None or stored.digest != row.digest:
        return render(request, "core/form_used.html", status=422)
    for level, text in stored.notes:
        messages.add_message(request, level, text)
    return HttpResponseRedirect(stored.location)


def _digest(request: HttpRequest) -> str:
    """A digest of the address and of everything that was sent but the tokens."""
    found = hashlib.sha256(request.path.encode())
    for name in sorted(request.POST):
        if name not in (FIELD, "csrfmiddlewaretoken"):
            found.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            found.update(repr((name, upload.name, upload.size)).encode())
            for piece in upload.chunks(PIECE):
                found.update(piece)
            upload.seek(0)
    return found.hexdigest()


@daily(at=datetime.time(3, 20), name="core.forget_answers")
def forget_answers(at: datetime.datetime) -> int:
    """Forget answers that are older than a day; the same key is then a new form. Returns how many."""
    return StoredAnswer.objects.filter(at__lt=at - KEPT).delete()[0]
