"""Leave, told: to whoever decides, and then to the person who asked. What somebody is ill with stands in no letter."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import dates
from courses.enums import LeaveStatus
from courses.models import LeaveRequest
from courses.selectors.leave import deciders
from courses.services.telling.words import Text, is_soon, letters_to, reason_line
from messaging.selectors.receivers import receivers
from messaging.services.post import post


def leave_asked(request: LeaveRequest) -> None:
    """Tell everybody who may decide."""
    facts = {
        "kind": "leave_asked",
        "key": f"leave-asked:{request.pk}",
        "url": reverse("courses:leave_desk"),
        "urgent": is_soon(request.session.starts_at),
    }
    post(letters=letters_to(deciders(request), lambda _person: _asked(request), **facts))


def leave_decided(request: LeaveRequest, *, by: Any) -> None:
    """Tell the person."""
    pk = request.enrolment.person_id
    facts = {
        "kind": "leave_decided",
        "key": f"leave-decided:{request.pk}",
        "url": reverse("courses:leave"),
        "urgent": is_soon(request.session.starts_at),
    }
    post(letters=letters_to([receivers([pk])[pk]], lambda _person: _decided(request), by=by, **facts))


def _lines(request: LeaveRequest) -> list[str]:
    session = request.session
    return [
        _("Class: %(course)s (%(number)s)") % {"course": session.run.course.title, "number": session.run.class_no},
        _("Session: %(time)s") % {"time": dates.span(session.starts_at, session.ends_at)},
    ]


def _asked(request: LeaveRequest) -> Text:
    name = {"name": request.enrolment.person.name}
    return Text(
        _("Leave asked for: %(name)s") % name,
        [_("%(name)s asks for leave from one session. Please decide.") % name, *_lines(request)],
    )


def _decided(request: LeaveRequest) -> Text:
    course = {"course": request.session.run.course.title}
    if request.status == LeaveStatus.GRANTED:
        return Text(_("Leave granted: %(course)s") % course, [*_lines(request), reason_line(request.answer)])
    first = _("Your request for leave was not granted. Please come to the session.")
    return Text(_("Leave not granted: %(course)s") % course, [first, *_lines(request), reason_line(request.answer)])
