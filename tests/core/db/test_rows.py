"""Rows stored by SQL of our own are the rows that the ORM would have stored."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from core.db.rows import insert
from courses.models import Enrolment, EnrolmentEvent
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def new(**more):
    at = timezone.now()
    return Enrolment(
        person=UserFactory(), run=CourseRunFactory(), status="confirmed", created_at=at, changed_at=at, **more
    )


def test_a_row_reads_back_as_it_was_given(django_assert_num_queries):
    row = new(from_reserve=True)
    with django_assert_num_queries(1):
        insert(row)
    stored = Enrolment.objects.get()
    assert (stored.pk, row._state.adding, row._state.db) == (row.pk, False, "default")
    assert model_to_dict(stored) == model_to_dict(row)
    assert (stored.created_at, stored.changed_at) == (row.created_at, row.changed_at)


def test_it_can_be_saved_afterwards():
    row = new()
    insert(row)
    row.is_late = True
    row.save()
    assert list(Enrolment.objects.values_list("pk", "is_late")) == [(row.pk, True)]


def test_what_the_database_forbids_is_refused():
    first = EnrolmentFactory()
    again = new()
    again.person, again.run = first.person, first.run
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(again)
    assert Enrolment.objects.count() == 1


def test_defaults_are_filled_in():
    enrolment = EnrolmentFactory()
    before = timezone.now()
    event = EnrolmentEvent(enrolment=enrolment, to_status="confirmed", at=before)
    insert(event)
    event.refresh_from_db()
    assert (event.reason, event.key, event.by, event.recorded_at >= before) == ("", None, None, True)
