"""The trainer's day and the register."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enums import AttendanceStatus
from courses.models import AttendanceEvent, AttendanceRecord
from courses.services import attendance
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
TEACH_QUERIES = 11
REGISTER_QUERIES = 15
MARK_QUERIES = 17
HTMX = {"HX-Request": "true"}
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def run(trainer):
    return CourseRunFactory(running=True, trainers=[trainer], capacity=60)


@pytest.fixture
def session(run):
    return run.sessions.get()


def address(session):
    return reverse("courses:register", args=[session.pk])


def mark(client, session, enrolment, status, headers=None, **data):
    form = {"enrolment": getattr(enrolment, "pk", enrolment), "status": status, "client_id": uuid.uuid4().hex, **data}
    return client.post(reverse("courses:mark", args=[session.pk]), form, headers=headers)


def mark_rest(client, session, headers=None, client_id="press"):
    form = {"client_id": client_id}
    return client.post(reverse("courses:mark_rest", args=[session.pk]), form, headers=headers)


def stored(session):
    fields = ("enrolment", "status", "minutes_late", "minutes_early")
    return set(AttendanceRecord.objects.filter(session=session).values_list(*fields))


def counted(response):
    return {counter.code: counter.count for counter in response.context["counters"]}


# Who may


def test_register_sends_a_visitor_to_sign_in(visitor, session):
    for name in ("register", "mark", "mark_rest"):
        where = reverse(f"courses:{name}", args=[session.pk])
        assert visitor.post(where).headers["Location"] == f"{reverse('account_login')}?next={where}"
    assert visitor.get("/teach/").headers["Location"] == f"{reverse('account_login')}?next=/teach/"


def test_register_of_others_does_not_exist(sign_in, reader, session, run, learner):
    """Neither for the trainer of another class, nor for a participant, nor for anybody else."""
    other = UserFactory()
    CourseRunFactory(running=True, trainers=[other], supervisor=other)
    enrolment = EnrolmentFactory(run=run, person=learner)

    for client in (sign_in(other), reader):
        assert client.get(address(session)).status_code == 404
        assert mark(client, session, enrolment, AttendanceStatus.PRESENT).status_code == 404
        assert mark_rest(client, session).status_code == 404
    assert AttendanceEvent.objects.count() == 0


def test_trainer_of_one_session_has_no_register_of_the_next(teaching, run):
    later = ClassSessionFactory(run=run)

    assert teaching.get(address(later)).status_code == 404


def test_register_opens_for_trainer_supervisor_and_office(teaching, sign_in, office, run, session):
    run.supervisor = UserFactory()
    run.save()

    answers = [
        client.get(address(session)).status_code for client in (teaching, sign_in(run.supervisor), sign_in(office))
    ]

    assert answers == [200, 200, 200]


def test_teaching_page_is_not_there_for_others(reader):
    assert reader.get("/teach/").status_code == 404


# The day


def test_day_lists_today_then_unmarked_then_coming(teaching, trainer, run, session):
    past = CourseRunFactory(finished=True, trainers=[trainer])
    EnrolmentFactory(run=past)
    coming = CourseRunFactory(trainers=[trainer]).sessions.get()
    CourseRunFactory(running=True)
    CourseRunFactory(planned=True, running=True, trainers=[trainer])

    day = teaching.get("/teach/").context["day"]

    assert (day.today, day.unmarked, day.coming) == ([session], [past.sessions.get()], [coming])


def test_session_that_is_fully_marked_is_off_the_list(teaching, trainer):
    past = CourseRunFactory(finished=True, trainers=[trainer])
    enrolment = EnrolmentFactory(run=past)
    session = past.sessions.get()
    attendance.mark(session=session, marks=[{"enrolment": enrolment, "status": "present"}], by=trainer)

    assert teaching.get("/teach/").context["day"].unmarked == []


def test_office_sees_every_session_of_today(sign_in, office, session):
    other = CourseRunFactory(running=True).sessions.get()

    assert set(sign_in(office).get("/teach/").context["day"].today) == {session, other}


# Marking


def test_one_press_marks_everybody_and_exceptions_follow(teaching, run, session):
    people = [EnrolmentFactory(run=run) for _ in range(5)]
    EnrolmentFactory(run=run, waitlisted=True)

    mark_rest(teaching, session)
    mark(teaching, session, people[0], "late", minutes="8")
    mark(teaching, session, people[1], "left_early", minutes="10")
    mark(teaching, session, people[2], "on_leave", note="外出开庭")

    assert stored(session) == {
        (people[0].pk, "late", 8, 0),
        (people[1].pk, "left_early", 0, 10),
        (people[2].pk, "on_leave", 0, 0),
        (people[3].pk, "present", 0, 0),
        (people[4].pk, "present", 0, 0),
    }
    assert counted(teaching.get(address(session))) == {
        "expected": 5,
        "here": 4,
        "late": 1,
        "excused": 1,
        "absent": 0,
        "unmarked": 0,
    }


def test_one_press_leaves_earlier_marks_alone(teaching, run, session):
    late, other = EnrolmentFactory(run=run), EnrolmentFactory(run=run)
    mark(teaching, session, late, "late", minutes="8")

    mark_rest(teaching, session)

    assert stored(session) == {(late.pk, "late", 8, 0), (other.pk, "present", 0, 0)}


def test_pressing_for_everybody_twice_marks_once(teaching, run, session):
    EnrolmentFactory(run=run)

    for _ in range(2):
        mark_rest(teaching, session)

    assert AttendanceEvent.objects.count() == 1


@pytest.mark.parametrize("press", ["", "x" * 41])
def test_press_without_a_usable_id_still_marks(teaching, run, session, press):
    enrolment = EnrolmentFactory(run=run)
    mark_rest(teaching, session, client_id=press)

    assert stored(session) == {(enrolment.pk, "present", 0, 0)}


def test_press_sent_again_after_a_mark_was_taken_back_changes_nothing(teaching, run, session):
    enrolment = EnrolmentFactory(run=run)
    mark_rest(teaching, session)
    mark(teaching, session, enrolment, "cleared")

    mark_rest(teaching, session)

    assert stored(session) == {(enrolment.pk, "cleared", 0, 0)}


def test_mark_sent_again_changes_nothing(teaching, run, session):
    enrolment, press = EnrolmentFactory(run=run), uuid.uuid4().hex
    mark(teaching, session, enrolment, "absent", client_id=press)
    mark(teaching, session, enrolment, "present")

    mark(teaching, session, enrolment, "absent", client_id=press)

    assert stored(session) == {(enrolment.pk, "present", 0, 0)}
    assert AttendanceEvent.objects.count() == 2


def test_minutes_left_empty_come_from_the_clock(teaching, trainer):
    run = CourseRunFactory(trainers=[trainer], starts_at=timezone.now() - 12 * MINUTE + datetime.timedelta(seconds=30))
    session, enrolment = run.sessions.get(), EnrolmentFactory(run=run)

    mark(teaching, session, enrolment, "late", minutes="")

    assert stored(session) == {(enrolment.pk, "late", 12, 0)}


def test_mark_without_script_leads_back_to_the_row(teaching, run, session):
    enrolment = EnrolmentFactory(run=run)

    response = mark(teaching, session, enrolment, "present")

    assert response.headers["Location"] == f"{address(session)}?saved={enrolment.pk}#person-{enrolment.pk}"
    row = teaching.get(response.headers["Location"]).context["rows"][0]
    assert (row.saved, row.row.record.changed_by.name) == (True, "王建平")


def test_mark_with_htmx_answers_with_the_row_and_the_counters(teaching, run, session):
    enrolment = EnrolmentFactory(run=run)
    EnrolmentFactory(run=run)

    response = mark(teaching, session, enrolment, "absent", headers=HTMX)

    text = response.content.decode()
    assert ("<html" in text, f'id="person-{enrolment.pk}"' in text) == (False, True)
    assert (text.count('class="roster__row"'), text.count("hx-swap-oob")) == (1, 4)
    assert f"Saved {timezone.localtime():%H:%M}" in text
    assert (counted(response)["absent"], counted(response)["unmarked"]) == (1, 1)


def test_one_press_with_htmx_answers_with_the_sheet(teaching, run, session):
    EnrolmentFactory(run=run)

    response = mark_rest(teaching, session, headers=HTMX)

    text = response.content.decode()
    assert ("<html" in text, 'id="register"' in text, counted(response)["here"]) == (False, True, 1)


def test_second_trainer_sees_who_marked(teaching, sign_in, run, session):
    second = UserFactory(name="刘志远")
    session.trainers.add(second)
    enrolment = EnrolmentFactory(run=run)
    mark(teaching, session, enrolment, "late", minutes="5")

    response = sign_in(second).get(address(session))

    assert "王建平" in response.content.decode()


def test_unit_is_the_one_at_sign_up(teaching, run, session):
    before = UserFactory().unit
    enrolment = EnrolmentFactory(run=run, unit=before)

    text = teaching.get(address(session)).content.decode()

    assert (before.short_name in text, enrolment.person.unit.short_name in text) == (True, False)


def test_person_who_left_keeps_the_row_but_no_form(teaching, run, session):
    enrolment = EnrolmentFactory(run=run)
    mark(teaching, session, enrolment, "present")
    enrolment.status = "withdrawn"
    enrolment.save()

    rows = teaching.get(address(session)).context["rows"]

    assert [(row.row.enrolment, row.can_be_marked) for row in rows] == [(enrolment, False)]


def test_empty_register_says_so(teaching, session):
    assert "Nobody is on this register yet" in teaching.get(address(session)).content.decode()


# Refusals: nothing stored, the words beside the person, the input kept


@pytest.mark.parametrize("headers", [None, HTMX])
@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        ("viele", "Enter the minutes as a whole number."),
        ("-3", "Minutes cannot be below 0."),
        ("121", "The session lasts 120 minutes only."),
    ],
)
def test_bad_minutes_are_told_beside_the_person(teaching, run, session, minutes, message, headers):
    enrolment = EnrolmentFactory(run=run)
    press = uuid.uuid4().hex

    response = mark(
        teaching, session, enrolment, "late", minutes=minutes, note="堵车", client_id=press, headers=headers
    )

    text = response.content.decode()
    assert (response.status_code, stored(session)) == (422, set())
    assert [word in text for word in (message, f'value="{minutes}"', 'value="堵车"', press)] == [True] * 4


def test_minutes_are_asked_for_once_the_session_is_over(teaching, trainer):
    run = CourseRunFactory(trainers=[trainer], finished=True)
    enrolment = EnrolmentFactory(run=run)

    response = mark(teaching, run.sessions.get(), enrolment, "late", minutes="")

    assert response.status_code == 422
    assert "The session is not under way: please enter the minutes." in response.content.decode()


@pytest.mark.parametrize("status", ["", "asleep", "made_up"])
def test_unknown_status_is_refused(teaching, run, session, status):
    response = mark(teaching, session, EnrolmentFactory(run=run), status)

    assert (response.status_code, stored(session)) == (422, set())


def test_long_note_is_refused_and_kept(teaching, run, session):
    response = mark(teaching, session, EnrolmentFactory(run=run), "absent", note="长" * 201)

    assert (response.status_code, stored(session)) == (422, set())
    assert "长" * 201 in response.content.decode()


@pytest.mark.parametrize("headers", [None, HTMX])
def test_person_of_another_class_is_refused_without_a_name(teaching, session, headers):
    stranger = EnrolmentFactory()

    response = mark(teaching, session, stranger, "present", headers=headers)

    text = response.content.decode()
    assert (response.status_code, AttendanceEvent.objects.count()) == (409, 0)
    assert ("not on the roster" in text, stranger.person.name in text) == (True, False)


@pytest.mark.parametrize("enrolment", ["", "zwei", "-1", "99999999999999999999"])
def test_enrolment_that_is_no_number_is_refused(teaching, session, enrolment):
    response = mark(teaching, session, enrolment, "present")

    assert (response.status_code, AttendanceEvent.objects.count()) == (422, 0)


def test_cancelled_session_takes_no_marks(teaching, run, session):
    session.cancelled_at = timezone.now()
    session.save()
    enrolment = EnrolmentFactory(run=run)

    answers = [mark(teaching, session, enrolment, "present"), mark_rest(teaching, session)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("This session was cancelled" in answer.content.decode() for answer in answers)
    assert stored(session) == set()


def test_session_to_come_takes_no_marks_and_says_when(teaching, trainer):
    run = CourseRunFactory(trainers=[trainer])
    session, enrolment = run.sessions.get(), EnrolmentFactory(run=run)

    answers = [mark(teaching, session, enrolment, "present"), mark_rest(teaching, session)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("The register of this session opens on" in answer.content.decode() for answer in answers)
    assert stored(session) == set()


def test_marking_takes_a_post(teaching, session):
    answers = [
        teaching.get(reverse(f"courses:{name}", args=[session.pk])).status_code for name in ("mark", "mark_rest")
    ]

    assert answers == [405, 405]


# Fences


@pytest.mark.parametrize("rows", [1, 40])
def test_register_takes_the_same_queries_for_any_number_of_people(teaching, trainer, run, session, rows):
    for _ in range(rows):
        EnrolmentFactory(run=run)
    mark_rest(teaching, session)
    teaching.get(address(session))

    with CaptureQueriesContext(connection) as queries:
        teaching.get(address(session))

    assert len(queries) == REGISTER_QUERIES


@pytest.mark.parametrize("rows", [1, 40])
def test_mark_with_htmx_takes_the_same_queries_for_any_number_of_people(teaching, run, session, rows):
    people = [EnrolmentFactory(run=run) for _ in range(rows)]
    mark(teaching, session, people[0], "present", headers=HTMX)

    with CaptureQueriesContext(connection) as queries:
        mark(teaching, session, people[0], "absent", headers=HTMX)

    assert len(queries) == MARK_QUERIES


@pytest.mark.parametrize("rows", [1, 3])
def test_day_takes_the_same_queries_for_any_number_of_sessions(teaching, trainer, rows):
    for _ in range(rows):
        EnrolmentFactory(run=CourseRunFactory(running=True, trainers=[trainer]))
        EnrolmentFactory(run=CourseRunFactory(finished=True, trainers=[trainer]))
        CourseRunFactory(trainers=[trainer])
    teaching.get("/teach/")

    with CaptureQueriesContext(connection) as queries:
        teaching.get("/teach/")

    assert len(queries) == TEACH_QUERIES
