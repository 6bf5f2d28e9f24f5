"""Marks from the signed sheet: one form with a line for everybody, saved in one call or not at all."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enums import AttendanceStatus, EnrolmentStatus
from courses.models import AttendanceEvent, AttendanceRecord, Enrolment
from courses.presenters.grid import STATES
from courses.services import schedule
from courses.services.attendance import close_register, mark
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
GRID_QUERIES = 12
SAVE_QUERIES = 17


@pytest.fixture
def session(trainer):
    """Over for a minute: 120 minutes long."""
    return class_of(trainer, timezone.now() - 121 * MINUTE)


def class_of(trainer, starts_at, **facts):
    return CourseRunFactory(trainers=[trainer], capacity=99, starts_at=starts_at, **facts).sessions.first()


@pytest.fixture
def people(session):
    return [EnrolmentFactory(run=session.run) for _ in range(3)]


def address(session):
    return reverse("courses:grid", args=[session.pk])


def form_of(client, session, **changes):
    """What a browser would send: every line as it is shown, then the changes, such as status_12="late"."""
    text = client.get(address(session)).text
    form = dict(re.findall(r'name="((?:seen|minutes|note)-\d+)" value="([^"]*)"', text))
    form |= dict(re.findall(r'name="(status-\d+)" value="(\w+)"[^>]* checked', text))
    return form | {name.replace("_", "-"): value for name, value in changes.items()}


def send(client, session, **changes):
    return client.post(address(session), form_of(client, session, **changes))


def stored(session):
    fields = ("enrolment", "status", "minutes_late", "minutes_early", "note")
    return set(AttendanceRecord.objects.filter(session=session).values_list(*fields))


def test_lines_stand_in_the_order_of_the_printed_sheet(teaching, session, people):
    lines = teaching.get(address(session)).context["grid"].lines
    (leaf,) = teaching.get(reverse("courses:sheet", args=[session.pk])).context["sheet"].leaves
    assert [(line.row.number, line.key) for line in lines] == [
        (number, row.enrolment.pk) for number, row in leaf.lines
    ]  # fmt: skip


def test_there_is_one_key_for_every_state_that_can_be_marked():
    made_up = {AttendanceStatus.MADE_UP}  # credited by the office, never typed
    assert {state.status for state in STATES} == set(AttendanceStatus) - made_up
    keys = [key for state in STATES for key in (state.digit, state.letter) if key]
    assert len(keys) == len(set(keys))


def test_changed_lines_become_marks_from_paper_and_the_others_none(teaching, trainer, session, people):
    one, two, three = people
    mark(session=session, marks=[{"enrolment": three, "status": "absent"}], by=trainer)

    answer = send(
        teaching, session,
        **{f"status_{one.pk}": "late", f"minutes_{one.pk}": "5"},
        **{f"status_{two.pk}": "on_leave", f"note_{two.pk}": "病假"},
    )  # fmt: skip

    assert answer.headers["Location"] == reverse("courses:register", args=[session.pk])
    assert stored(session) == {
        (one.pk, "late", 5, 0, ""), (two.pk, "on_leave", 0, 0, "病假"), (three.pk, "absent", 0, 0, ""),
    }  # fmt: skip
    assert list(AttendanceEvent.objects.order_by("pk").values_list("source", "by")) == [
        ("trainer", trainer.pk), ("paper", trainer.pk), ("paper", trainer.pk),
    ]  # fmt: skip


def test_saving_what_is_shown_changes_nothing(teaching, trainer, session, people):
    marks = [
        {"enrolment": people[0], "status": "late", "happened_at": session.starts_at + 7 * MINUTE, "note": "公交"},
        {"enrolment": people[1], "status": "present"},
    ]
    mark(session=session, marks=marks, by=trainer)

    page = teaching.post(address(session), form_of(teaching, session), follow=True)

    assert AttendanceEvent.objects.count() == 2
    assert "Nothing was changed" in page.text


def test_everybody_else_is_present_who_has_no_mark(teaching, trainer, session, people):
    one, two, three = people
    mark(session=session, marks=[{"enrolment": one, "status": "absent"}], by=trainer)

    send(teaching, session, rest="1", **{f"status_{two.pk}": "official_duty"})

    assert stored(session) == {
        (one.pk, "absent", 0, 0, ""), (two.pk, "official_duty", 0, 0, ""), (three.pk, "present", 0, 0, ""),
    }  # fmt: skip
    assert AttendanceRecord.objects.get(enrolment=three).arrived_at == session.starts_at


def test_who_was_marked_meanwhile_is_not_among_everybody_else(teaching, trainer, session, people):
    one, two, three = people
    form = form_of(teaching, session, rest="1")
    mark(session=session, marks=[{"enrolment": two, "status": "absent"}], by=UserFactory())
    newcomer = EnrolmentFactory(run=session.run)

    teaching.post(address(session), form)

    assert stored(session) == {
        (one.pk, "present", 0, 0, ""), (two.pk, "absent", 0, 0, ""), (three.pk, "present", 0, 0, ""),
    }  # fmt: skip
    assert not AttendanceRecord.objects.filter(enrolment=newcomer).exists()


def test_two_people_who_did_not_see_each_other_disagree(teaching, session, people):
    form = form_of(teaching, session, **{f"status_{people[0].pk}": "present"})
    mark(session=session, marks=[{"enrolment": people[0], "status": "absent"}], by=UserFactory())

    teaching.post(address(session), form)

    assert AttendanceRecord.objects.get(enrolment=people[0]).disputed is True


def test_a_mark_is_taken_back(teaching, trainer, session, people):
    mark(session=session, marks=[{"enrolment": people[0], "status": "absent"}], by=trainer)
    send(teaching, session, **{f"status_{people[0].pk}": "cleared"})
    assert stored(session) == {(people[0].pk, "cleared", 0, 0, "")}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"status": "late"}, "Please enter the minutes."),
        ({"status": "left_early", "minutes": "很多"}, "Enter the minutes as a whole number."),
        ({"status": "late", "minutes": "-3"}, "Minutes cannot be below 0."),
        ({"status": "late", "minutes": "121"}, "The session lasts 120 minutes only."),
        ({"status": "asleep"}, "Choose one of the attendance states."),
        ({"status": "absent", "note": "长" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"note": "没有签名"}, "Choose a state for this person: the note alone marks nobody."),
    ],
)
def test_one_wrong_line_keeps_everything_out_and_keeps_what_was_typed(teaching, session, people, wrong, sentence):
    one, two, _three = people
    changes = {f"{name}_{two.pk}": value for name, value in wrong.items()}

    page = send(teaching, session, **{f"status_{one.pk}": "absent", f"note_{one.pk}": "未签名"}, **changes)

    grid = page.context["grid"]
    assert (page.status_code, AttendanceEvent.objects.count()) == (422, 0)
    assert [(line.key, line.error) for line in grid.wrong] == [(two.pk, sentence)]
    assert f'id="error-{two.pk}">{sentence}</p>' in page.text
    assert 'value="未签名"' in page.text
    assert re.search(rf'name="status-{one.pk}" value="absent"[^>]* checked', page.text)


def test_minutes_beside_another_state_are_left_aside(teaching, session, people):
    """The field is hidden then: what was typed for “late” does not spoil “present”."""
    send(teaching, session, **{f"status_{people[0].pk}": "present", f"minutes_{people[0].pk}": "999"})
    assert stored(session) == {(people[0].pk, "present", 0, 0, "")}


def test_what_was_typed_is_kept_when_the_register_was_closed_meanwhile(teaching, trainer, session, people):
    form = form_of(teaching, session, **{f"status_{people[0].pk}": "absent", f"note_{people[0].pk}": "未签名"})
    mark(session=session, marks=[{"enrolment": one, "status": "present"} for one in people], by=trainer)
    close_register(session=session, by=trainer)

    page = teaching.post(address(session), form)

    assert page.status_code == 409
    assert "This register is closed." in page.text
    assert 'value="未签名"' in page.text
    assert {row[1] for row in stored(session)} == {"present"}


def test_somebody_who_left_meanwhile_is_named_at_the_line(teaching, trainer, session, people):
    one, two, _three = people
    mark(session=session, marks=[{"enrolment": one, "status": "present"}], by=trainer)
    form = form_of(teaching, session, **{f"status_{one.pk}": "absent", f"status_{two.pk}": "absent"})
    Enrolment.objects.filter(pk=one.pk).update(status=EnrolmentStatus.WITHDRAWN)

    page = teaching.post(address(session), form)

    assert page.status_code == 422
    assert [(line.key, line.error) for line in page.context["grid"].wrong] == [
        (one.pk, "No longer in this class; the mark stays as it was made.")
    ]
    assert stored(session) == {(one.pk, "present", 0, 0, "")}


def test_nothing_is_saved_if_somebody_is_no_longer_on_the_register(teaching, session, people):
    one, two, three = people
    form = form_of(teaching, session, **{f"status_{one.pk}": "absent", f"status_{two.pk}": "absent"})
    Enrolment.objects.filter(pk=one.pk).update(status=EnrolmentStatus.WITHDRAWN)

    page = teaching.post(address(session), form)

    words = "1 of the people marked are not on the roster of this class; nothing was saved."
    assert (page.status_code, page.text.count(words), AttendanceEvent.objects.count()) == (409, 1, 0)
    assert [line.key for line in page.context["grid"].changed] == [two.pk]
    assert {line.key for line in page.context["grid"].lines} == {two.pk, three.pk}


def test_the_same_form_twice_is_once(teaching, session, people):
    form = {**form_of(teaching, session, **{f"status_{people[0].pk}": "absent"}), "once": "k" * 32}
    answers = [teaching.post(address(session), form).status_code for _ in range(2)]
    assert (answers, AttendanceEvent.objects.count()) == ([302, 302], 1)


@pytest.mark.parametrize("case", ["closed", "cancelled", "not begun"])
def test_where_nobody_can_be_marked_it_says_why(teaching, trainer, case):
    coming = timezone.now() + datetime.timedelta(days=3)
    session = class_of(trainer, timezone.now() - 121 * MINUTE if case == "closed" else coming, sessions=2)
    one = EnrolmentFactory(run=session.run)
    if case == "closed":
        mark(session=session, marks=[{"enrolment": one, "status": "present"}], by=trainer)
        close_register(session=session, by=trainer)
    elif case == "cancelled":
        schedule.cancel_session(session=session, reason="停电", by=trainer)
    words = {
        "closed": "This register is closed.",
        "cancelled": "This session was cancelled; nobody can be marked.",
        "not begun": "The register of this session opens on",
    }

    page = teaching.get(address(session))
    answer = teaching.post(address(session), {f"seen-{one.pk}": "x", f"status-{one.pk}": "absent"})

    assert (page.text.count(words[case]), page.text.count("<form data-grid"), answer.status_code) == (1, 0, 409)
    assert words[case] in answer.text
    assert not AttendanceRecord.objects.filter(status="absent").exists()


def test_counters_stand_on_the_page(teaching, trainer, session, people):
    mark(session=session, marks=[{"enrolment": people[0], "status": "present"}], by=trainer)
    counts = teaching.get(address(session)).context["grid"].counts
    assert {state.value: count for state, count in counts} == {
        "present": 1, "late": 0, "left_early": 0, "absent": 0, "on_leave": 0, "official_duty": 0, "cleared": 2,
    }  # fmt: skip


def test_minutes_of_the_other_kind_stay(teaching, trainer, session, people):
    late = {"enrolment": people[0], "status": "late", "happened_at": session.starts_at + 5 * MINUTE}
    mark(session=session, marks=[late], by=trainer)

    send(teaching, session, **{f"status_{people[0].pk}": "left_early", f"minutes_{people[0].pk}": "10"})

    assert stored(session) == {(people[0].pk, "left_early", 5, 10, "")}
    assert "Came 5 min late besides; that stays." in teaching.get(address(session)).text


def test_the_grid_is_for_those_who_keep_the_register(teaching, sign_in, visitor, office, learner, session, people):
    others = [UserFactory(), learner, people[0].person]
    for client in map(sign_in, others):
        assert client.get(address(session)).status_code == 404
        assert client.post(address(session), {f"status-{people[0].pk}": "present"}).status_code == 404
    assert visitor.get(address(session)).headers["Location"] == f"{reverse('account_login')}?next={address(session)}"
    assert [sign_in(person).get(address(session)).status_code for person in (office, *session.trainers.all())] == [
        200,
        200,
    ]
    assert AttendanceEvent.objects.count() == 0


def test_the_register_and_the_sheet_lead_here(teaching, session, people):
    for name in ("register", "sheet"):
        assert f'href="{address(session)}"' in teaching.get(reverse(f"courses:{name}", args=[session.pk])).text


@pytest.mark.parametrize("count", [1, 40])
def test_the_grid_takes_the_same_queries_for_one_and_forty(sign_in, office, session, count, django_assert_num_queries):
    rows = [EnrolmentFactory(run=session.run) for _ in range(count)]
    client = sign_in(office)
    form = form_of(client, session, **{f"status_{one.pk}": "absent" for one in rows})

    with django_assert_num_queries(GRID_QUERIES):
        assert client.get(address(session)).status_code == 200
    with django_assert_num_queries(SAVE_QUERIES):
        assert client.post(address(session), form).status_code == 302
    assert len(stored(session)) == count
