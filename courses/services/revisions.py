"""The count by which calendars know that a session has changed since they took it over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from courses.models import ClassSession, CourseRun

Told = dict[int, tuple[Any, ...]]


def told(run: CourseRun) -> Told:
    """Return what people are told of each session of the class, by session."""
    fields = ("starts_at", "ends_at", "topic", "venue")
    return {pk: tuple(facts) for pk, *facts in run.sessions.values_list("pk", *fields)}


def raise_changed(run: CourseRun, before: Told) -> None:
    """Raise the revision of the sessions of which something else is told than `before`."""
    now = told(run)
    raise_revisions(run, [pk for pk, facts in before.items() if pk in now and now[pk] != facts])


def raise_revisions(run: CourseRun, sessions: Iterable[int] | None = None) -> None:
    """Raise the revision of these sessions of the class, or of all of them."""
    _raise(run.sessions.all() if sessions is None else run.sessions.filter(pk__in=list(sessions)))


def raise_where_class_is(run: CourseRun) -> None:
    """Raise the revision of the sessions that name no place of their own: the class has moved."""
    _raise(run.sessions.filter(venue=""))


def _raise(sessions: QuerySet[ClassSession]) -> None:
    sessions.update(revision=F("revision") + 1, changed_at=timezone.now())
