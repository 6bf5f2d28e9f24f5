"""Trainers and what they teach."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from core.freshness import kept
from core.models import Picture
from core.privacy import public
from courses.models import ClassSession, CoursePage, CourseRun
from courses.permissions import readable_pages
from home.models import TrainerPage

PORTRAIT = "fill-240x240"


def trainers(person: Any) -> QuerySet[TrainerPage]:
    """Published profiles in the order of the page tree, with their portraits."""
    found = readable_pages(public(TrainerPage.objects.live()).defer("body"), person)
    return found.prefetch_related(Prefetch("portrait", Picture.objects.prefetch_renditions(PORTRAIT))).order_by("path")  # type: ignore[no-any-return]


def public_profiles() -> dict[int, tuple[str, str]]:
    """Return name and address of each profile that everybody may read, by person. Kept until a page changes."""
    return kept("trainer-profiles", _read_public)


def _read_public() -> dict[int, tuple[str, str]]:
    profiles = readable_pages(public(TrainerPage.objects.live()), AnonymousUser()).exclude(person=None)
    return {page.person_id: (page.title, page.get_url() or "") for page in profiles}


def runs_taught(page: TrainerPage, at: datetime.datetime, person: Any) -> QuerySet[CourseRun]:
    """Classes that are coming or under way in which the trainer teaches; none without an account."""
    sessions = ClassSession.trainers.through.objects.filter(user=page.person_id)
    taught = CourseRun.objects.shown().filter(pk__in=sessions.values("classsession__run"), course__in=_readable(person))
    return taught.filter(Q(ends_at__gt=at)).select_related("course").order_by("starts_at", "pk")


def courses_taught(page: TrainerPage, person: Any) -> QuerySet[CoursePage]:
    """Courses of which the trainer has taught, or will teach, a class that is shown."""
    sessions = ClassSession.trainers.through.objects.filter(user=page.person_id)
    runs = CourseRun.objects.shown().filter(pk__in=sessions.values("classsession__run"))
    return CoursePage.objects.filter(pk__in=_readable(person)).filter(pk__in=runs.values("course")).order_by("code")


def _readable(person: Any) -> Any:
    return readable_pages(public(CoursePage.objects.live()), person).values("pk")
