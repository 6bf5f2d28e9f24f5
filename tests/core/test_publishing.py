"""A page that is scheduled goes live at its minute, once; an expired one is taken down."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageLogEntry

from core.clock import tick
from core.publishing import publish_due
from courses.models import CoursePage
from tests.factories import CoursePageFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def scheduled(at: datetime.datetime) -> CoursePage:
    """A draft whose review is over: approved to go live at that time."""
    page = CoursePageFactory(live=False)
    page.go_live_at = at
    revision = page.save_revision()
    revision.approved_go_live_at = at
    revision.save()
    return page


def fresh(page: CoursePage) -> CoursePage:
    return CoursePage.objects.get(pk=page.pk)


def published(page: CoursePage) -> int:
    return PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.scheduled").count()


def test_it_goes_live_at_its_minute_once():
    due = timezone.now() - MINUTE
    page = scheduled(due)
    tick(due - MINUTE)
    assert (fresh(page).live, published(page)) == (False, 0)
    tick(due)
    assert (fresh(page).live, published(page)) == (True, 1)
    tick(due + MINUTE)
    assert (fresh(page).approved_schedule, published(page)) == (False, 1)


def test_it_expires():
    at = timezone.now()
    page = CoursePageFactory(expire_at=at - MINUTE)
    assert [publish_due(at - 2 * MINUTE), publish_due(at), publish_due(at)] == [0, 1, 0]
    assert (fresh(page).live, fresh(page).expired) == (False, True)


def test_wagtails_command_does_the_same(capsys):
    page = scheduled(timezone.now() - MINUTE)
    call_command("publish_scheduled")
    assert capsys.readouterr().out == "1 page(s) changed.\n"
    assert fresh(page).live
