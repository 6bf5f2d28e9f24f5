"""What the database itself refuses, whoever writes."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    ClassSession,
    CourseRun,
    Enrolment,
    EnrolmentEvent,
)
from tests.factories import CourseRunFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    return True


def update_run(run, **values):
    return lambda: CourseRun.objects.filter(pk=run.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"capacity": 0},
        {"seats_taken": 21},
        {"starts_at": None},
        {"sign_up_opens_at": None},
        {"sign_up_closes_at": datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_a_published_run_is_whole_and_never_overbooked(values):
    assert refused(update_run(CourseRunFactory(capacity=20), **values))


def test_one_run_per_intake_and_class_number():
    run = CourseRunFactory()
    other = CourseRunFactory(course=run.course)
    assert refused(update_run(other, intake_no=run.intake_no))
    assert refused(update_run(other, class_no=run.class_no))


def test_a_session_ends_after_it_begins_and_starts_once():
    run = CourseRunFactory()
    session = run.sessions.get()
    assert refused(lambda: ClassSession.objects.filter(pk=session.pk).update(ends_at=session.starts_at))
    assert refused(
        lambda: ClassSession.objects.create(run=run, starts_at=session.starts_at, ends_at=session.ends_at + HOUR)
    )


def test_one_active_enrolment_per_person_and_run_but_any_number_of_ended_ones():
    enrolment = EnrolmentFactory()
    run, person = enrolment.run, enrolment.person
    assert refused(lambda: Enrolment.objects.create(run=run, person=person, status="requested"))
    Enrolment.objects.create(run=run, person=person, status="withdrawn")
    Enrolment.objects.create(run=run, person=person, status="declined")
    assert Enrolment.objects.filter(run=run, person=person).count() == 3


def test_a_ticket_is_held_by_one_waiting_person():
    waiting = EnrolmentFactory(waitlisted=True)
    other = EnrolmentFactory(run=waiting.run, waitlisted=True)
    rows = Enrolment.objects.filter(pk=other.pk)
    assert refused(lambda: rows.update(ticket=waiting.ticket))
    assert refused(lambda: rows.update(ticket=None))
    assert refused(lambda: rows.update(status="confirmed"))


def test_an_actor_uses_a_key_once():
    enrolment = EnrolmentFactory()
    event = {"enrolment": enrolment, "at": timezone.now(), "by": enrolment.person, "key": "k"}
    EnrolmentEvent.objects.create(to_status="requested", **event)
    assert refused(lambda: EnrolmentEvent.objects.create(to_status="withdrawn", **event))
    assert refused(
        lambda: EnrolmentEvent.objects.create(
            enrolment=enrolment, at=timezone.now(), from_status="confirmed", to_status="confirmed"
        )
    )


def test_one_record_per_person_and_session_and_one_event_per_client_id():
    enrolment = EnrolmentFactory()
    session, person, now = enrolment.run.sessions.get(), enrolment.person, timezone.now()
    record = {"session": session, "enrolment": enrolment, "changed_at": now, "changed_by": person}
    AttendanceRecord.objects.create(status="present", **record)
    assert refused(lambda: AttendanceRecord.objects.create(status="absent", **record))
    event = {"session": session, "enrolment": enrolment, "happened_at": now, "recorded_at": now, "by": person}
    AttendanceEvent.objects.create(status="present", client_id="c1", **event)
    assert refused(lambda: AttendanceEvent.objects.create(status="absent", client_id="c1", **event))
    AttendanceEvent.objects.create(status="absent", **event)
    AttendanceEvent.objects.create(status="absent", **event)
    assert AttendanceEvent.objects.count() == 3
