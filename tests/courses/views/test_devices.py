"""The two addresses of a trainer's device: the day's registers, and marks made without a network."""

import datetime
import json

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import AttendanceEvent, AttendanceRules
from courses.services.attendance import mark
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
QUERIES = 10


@pytest.fixture
def run(trainer):
    return CourseRunFactory(starts_at=NOON, trainers=[trainer], capacity=60)


@pytest.fixture
def session(run):
    return run.sessions.get()


def send(client, data, **headers):
    text = data if isinstance(data, str) else json.dumps(data)
    return client.post("/teach/sync/", text, content_type="application/json", headers=headers)


def batch(session, enrolment, name="phone-1"):
    now = timezone.now().isoformat()
    keys = {"session": session.pk, "enrolment": enrolment.pk, "client_id": name, "status": "present"}
    return {
        "device": "phone",
        "sent_at": now,
        "marks": [{**keys, "happened_at": now, "recorded_at": now, "basis": [], "note": ""}],
    }


# Taking the registers along


def test_the_day_holds_todays_and_tomorrows_registers(teaching, trainer, session):
    tomorrow = CourseRunFactory(starts_at=NOON + DAY, trainers=[trainer]).sessions.get()
    CourseRunFactory(starts_at=NOON + 2 * DAY, trainers=[trainer])
    CourseRunFactory(starts_at=NOON)
    ClassSessionFactory(run=session.run, starts_at=NOON + 180 * MINUTE, trainers=[trainer], cancelled_at=NOON)

    body = teaching.get("/teach/offline/").json()

    assert (body["person"], body["day"]) == (trainer.pk, f"{NOON:%Y-%m-%d}")
    assert [row["id"] for row in body["sessions"]] == [session.pk, tomorrow.pk]
    assert datetime.datetime.fromisoformat(body["server_time"]).tzinfo is not None


def test_registers_that_open_early_come_along(teaching, trainer, session):
    rules = AttendanceRules.load()
    rules.opens_minutes_before = 3 * 24 * 60
    rules.save()
    at = timezone.now()
    early = CourseRunFactory(starts_at=at + 3 * DAY - 5 * MINUTE, trainers=[trainer]).sessions.get()
    CourseRunFactory(starts_at=at + 3 * DAY + 5 * MINUTE, trainers=[trainer])

    body = teaching.get("/teach/offline/").json()

    assert [row["id"] for row in body["sessions"]] == [session.pk, early.pk]


def test_a_register_has_what_a_device_needs(teaching, run, session):
    person = UserFactory(name="张三", work_number="DW1234")
    enrolment = EnrolmentFactory(run=run, person=person)
    EnrolmentFactory(run=run, waitlisted=True)
    mark(
        session=session,
        marks=[{"enrolment": enrolment, "status": "absent", "client_id": "desk", "note": "电话"}],
        by=person,
        at=NOON,
    )

    (row,) = teaching.get("/teach/offline/").json()["sessions"]

    assert row.pop("people") == [
        {
            "no": 1, "enrolment": enrolment.pk, "name": "张三", "pinyin": person.pinyin, "initials": "zs",
            "number": "DW1234", "unit": enrolment.unit.short_name, "can_be_marked": True, "status": "absent", "late": 0,
            "early": 0, "note": "电话", "disputed": False, "heads": ["desk"],
        }
    ]  # fmt: skip
    assert row == {
        "id": session.pk, "title": run.course.title, "class_no": run.class_no, "topic": "", "place": "三楼会议室",
        "starts_at": session.starts_at.isoformat(), "ends_at": session.ends_at.isoformat(),
        "opens_at": (session.starts_at - 15 * MINUTE).isoformat(), "absent_after_minutes": 15, "closed": False,
    }  # fmt: skip


def test_who_knows_the_state_gets_no_second_copy(teaching, run, session):
    enrolment = EnrolmentFactory(run=run)
    first = teaching.get("/teach/offline/")
    known = {"If-None-Match": first.headers["ETag"]}

    again = teaching.get("/teach/offline/", headers=known)
    assert (again.status_code, again.content, bool(again.headers["X-CSRFToken"])) == (304, b"", True)

    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=enrolment.person, at=NOON)
    assert teaching.get("/teach/offline/", headers=known).status_code == 200


def test_it_is_for_this_person_alone(teaching, session):
    headers = teaching.get("/teach/offline/").headers
    assert (headers["Cache-Control"], "Cookie" in headers["Vary"]) == ("private, no-cache", True)


def test_others_get_nothing(visitor, reader, session):
    answers = [client.get("/teach/offline/").status_code for client in (visitor, reader)]
    assert answers + [send(client, {}).status_code for client in (visitor, reader)] == [401, 404, 401, 404]


@pytest.mark.parametrize("count", [1, 6])
def test_the_day_takes_the_same_queries_for_any_number(teaching, trainer, count, django_assert_num_queries):
    for number in range(count):
        run = CourseRunFactory(starts_at=NOON + number * MINUTE, trainers=[trainer])
        for enrolment in EnrolmentFactory.create_batch(count, run=run):
            mark(
                session=run.sessions.get(),
                marks=[{"enrolment": enrolment, "status": "absent"}],
                by=trainer,
                at=NOON + DAY,
            )
    with django_assert_num_queries(QUERIES):
        teaching.get("/teach/offline/")


# Bringing marks back


def test_a_batch_is_kept_and_answered(teaching, trainer):
    run = CourseRunFactory(running=True, trainers=[trainer])
    session, enrolment, stranger = run.sessions.get(), EnrolmentFactory(run=run), EnrolmentFactory()
    data = batch(session, enrolment)
    data["marks"] += batch(session, stranger, "phone-2")["marks"]

    body = send(teaching, data).json()

    assert (body["kept"], [(row["client_id"], row["code"]) for row in body["refused"]]) == (
        ["phone-1"],
        [("phone-2", "not_on_roster")],
    )
    assert body["refused"][0]["message"] == "This person is not on the roster of this class."
    assert body["state"][str(session.pk)][str(enrolment.pk)]["status"] == "present"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ("{", 400, "unreadable"),
        ("[" * 100_000, 400, "unreadable"),
        ("x" * (1024 * 1024 + 1), 413, "too_large"),
        ("{}", 422, "sync_refused"),
    ],
)
def test_what_is_no_batch_is_refused(teaching, session, data, status, code):
    response = send(teaching, data)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_form_is_no_batch(teaching, session):
    assert teaching.post("/teach/sync/", {"marks": "x"}).status_code == 400


def test_a_page_of_another_site_cannot_mark(trainer, session):
    client = Client(enforce_csrf_checks=True)
    client.force_login(trainer)
    enrolment = EnrolmentFactory(run=session.run)
    assert send(client, batch(session, enrolment)).status_code == 403
    token = client.get("/teach/offline/").headers["X-CSRFToken"]
    assert send(client, batch(session, enrolment), **{"X-CSRFToken": token}).status_code == 200


def test_what_is_refused_stores_no_mark(teaching, session):
    send(teaching, batch(session, EnrolmentFactory()))
    assert AttendanceEvent.objects.count() == 0
