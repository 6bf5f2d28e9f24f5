"""Everybody hears of everything that concerns his or her classes, once, and nobody of anything else."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import override_settings
from django.utils import timezone

from core.invariants import faults
from courses.enums import EnrolmentStatus
from courses.models import ClassSession, CourseRun, Enrolment, EnrolmentEvent
from courses.services import telling
from courses.services.enrolment import approve, decline, enrol, withdraw
from courses.services.runs import cancel, postpone, publish, save_run
from courses.services.schedule import cancel_session, save_schedule
from courses.services.telling.words import is_soon
from courses.services.transitions import Cause, record_many
from messaging.enums import Topic
from messaging.models import Message
from messaging.services.inbox import save_preferences
from people.models import User
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR
S = EnrolmentStatus


@pytest.fixture
def person() -> User:
    return UserFactory(name="曾小红")


@pytest.fixture
def office() -> User:
    holder = UserFactory()
    holder.user_permissions.add(Permission.objects.get(codename="manage_enrolments"))
    return holder


def make_run(**facts: Any) -> CourseRun:
    """A class that begins on a fixed day far ahead, so that its date reads the same on every day."""
    at = datetime.datetime(2031, 12, 3, 17, 40, tzinfo=timezone.get_default_timezone())
    opens = timezone.now() - DAY
    given = {"course__title": "公文写作提升班", "class_no": "2031-XZ-01-01", "starts_at": at, "sign_up_opens_at": opens}
    return CourseRunFactory(**{**given, **facts})


def kinds_of(reader: User) -> list[str]:
    return list(Message.objects.filter(person=reader).order_by("pk").values_list("kind", flat=True))


def last_of(reader: User) -> Message:
    return Message.objects.filter(person=reader).latest("pk")


def lines_of(reader: User) -> list[str]:
    return last_of(reader).body.split("\n")


CLASS_LINES = [
    "Class: 公文写作提升班 (2031-XZ-01-01)",
    "Time: Wed 3 Dec 2031, 17:40\u2060–\u206019:40",
    "Place: 三楼会议室",
]


@pytest.fixture
def english(person: User) -> User:
    """Texts are compared in the language of the code; that letters follow the reader has its own test."""
    save_preferences(person=person, language="en")
    return User.objects.get(pk=person.pk)


# Sign-ups


def test_signing_up_oneself_is_noted_and_not_news(english: User) -> None:
    run = make_run()
    enrol(person=english, run=run, by=english)
    letter = last_of(english)
    facts = (letter.kind, letter.subject, letter.topic, letter.url, letter.read_at is None)
    assert facts == ("confirmed", "You are signed up: 公文写作提升班", Topic.OWN, f"/runs/{run.pk}/", False)
    assert lines_of(english) == ["You have a seat in this class.", *CLASS_LINES]


def test_the_same_press_twice_is_one_letter(english: User) -> None:
    run = make_run()
    for _ in range(2):
        enrol(person=english, run=run, by=english, key="once")
    assert kinds_of(english) == ["confirmed"]


def test_whom_the_office_signs_up_hears_of_it(english: User, office: User) -> None:
    enrol(person=english, run=make_run(), by=office)
    assert (kinds_of(english), kinds_of(office), last_of(english).topic) == (["admitted"], [], Topic.SIGN_UPS)
    assert lines_of(english)[0] == "You were signed up for this class and have a seat."


def test_the_waiting_list_says_the_place(english: User) -> None:
    run = make_run(capacity=1, fill=True)
    enrol(person=UserFactory(), run=run, by=UserFactory())
    enrol(person=english, run=run, by=english)
    assert (kinds_of(english), lines_of(english)[0]) == (["waitlisted"], "You are number 2 on the waiting list.")


def test_who_is_next_is_offered_the_seat_with_its_end(english: User) -> None:
    run = make_run(capacity=1, fill=True)
    enrol(person=english, run=run, by=english)
    withdraw(enrolment=run.enrolments.holding_seat().get(), by=UserFactory())
    assert (kinds_of(english), last_of(english).urgent) == (["waitlisted", "offered"], True)
    assert lines_of(english)[0].startswith("The seat is kept for you until ")


def test_who_moves_up_hears_of_it_and_who_leaves_notes_it(english: User) -> None:
    run = make_run(capacity=1, offer_hours=0)
    leaver = UserFactory()
    seat = enrol(person=leaver, run=run, by=leaver)
    enrol(person=english, run=run, by=english)
    withdraw(enrolment=seat, by=leaver)
    assert (kinds_of(english), kinds_of(leaver)) == (["waitlisted", "moved_up"], ["confirmed", "withdrawn"])
    assert (last_of(english).read_at, last_of(english).subject) == (None, "You have a seat now: 公文写作提升班")
    assert last_of(leaver).read_at is not None


def test_a_request_is_answered_with_yes(english: User, office: User) -> None:
    request = enrol(person=english, run=make_run(approval_required=True), by=english)
    approve(enrolment=request, by=office)
    assert (kinds_of(english), lines_of(english)[0]) == (
        ["requested", "admitted"],
        "Your request was approved; you have a seat.",
    )


def test_a_request_is_answered_with_no_and_why(english: User, office: User) -> None:
    request = enrol(person=english, run=make_run(approval_required=True), by=english)
    decline(enrolment=request, by=office, reason="本期面向新任调解员")
    assert kinds_of(english) == ["requested", "declined"]
    assert lines_of(english)[:2] == ["Your sign-up could not be accepted.", "Reason: 本期面向新任调解员"]


def test_whom_the_office_takes_out_hears_why(english: User, office: User) -> None:
    withdraw(enrolment=EnrolmentFactory(run=make_run(), person=english), by=office, reason="单位另有任务")
    assert (kinds_of(english), last_of(english).read_at) == (["withdrawn"], None)
    assert lines_of(english)[:2] == ["Your sign-up was withdrawn.", "Reason: 单位另有任务"]


def told(enrolment: Enrolment, before: str, after: str, by: User | None = None, **facts: Any) -> Message:
    """Tell of an event as the services record it."""
    event = EnrolmentEvent(enrolment=enrolment, from_status=before, to_status=after, at=timezone.now(), by=by, **facts)
    event.save()
    telling.enrolments_changed([event])
    return last_of(enrolment.person)


def test_an_offered_seat_cannot_wait(english: User) -> None:
    letter = told(EnrolmentFactory(run=make_run(), person=english), S.WAITLISTED, S.OFFERED)
    assert (letter.kind, letter.urgent, letter.topic) == ("offered", True, Topic.SIGN_UPS)
    assert lines_of(english)[0] == "Open the class and press the button that accepts the seat."


@pytest.mark.parametrize(
    ("after", "line"),
    [(S.WAITLISTED, "You are on the waiting list again."), (S.DECLINED, "Your sign-up has ended.")],
)
def test_an_offer_that_ran_out_is_told(english: User, after: str, line: str) -> None:
    letter = told(EnrolmentFactory(run=make_run(), person=english), S.OFFERED, after)
    assert (letter.kind, lines_of(english)[1]) == ("offer_expired", line)


def test_an_offer_that_one_accepts_is_ones_own_doing(english: User) -> None:
    letter = told(EnrolmentFactory(run=make_run(), person=english), S.OFFERED, S.CONFIRMED, english)
    assert (letter.kind, letter.topic) == ("confirmed", Topic.OWN)


def test_the_result_is_told_with_its_reason(english: User, office: User) -> None:
    row = EnrolmentFactory(run=make_run(), person=english)
    assert told(row, S.CONFIRMED, S.COMPLETED, office).subject == "Completed: 公文写作提升班"
    assert told(row, S.COMPLETED, S.NOT_COMPLETED, office, reason="缺课两次").kind == "not_completed"
    assert lines_of(english)[1] == "Reason: 缺课两次"


UNTIL = datetime.datetime(2031, 11, 28, 18, 0, tzinfo=timezone.get_default_timezone())


def offered(person: User, made_at: datetime.datetime) -> Enrolment:
    row = EnrolmentFactory(run=make_run(), person=person)
    Enrolment.objects.filter(pk=row.pk).update(status=S.OFFERED, offer_expires_at=UNTIL, changed_at=made_at)
    return row


@pytest.mark.parametrize(
    ("made", "now", "reminded"),
    [(24, 3, 0), (24, 2, 1), (24, 1, 1), (24, 0, 0), (3, 1, 0)],
)
def test_offers_are_recalled_two_hours_before_their_end(person: User, made: int, now: int, reminded: int) -> None:
    offered(person, UNTIL - made * HOUR)
    for _ in range(2):
        telling.remind_of_offers(UNTIL - now * HOUR)
    assert kinds_of(person) == ["offer_expiring"] * reminded


def test_an_offer_is_recalled_once_with_its_end(english: User) -> None:
    row = offered(english, UNTIL - DAY)
    for _ in range(2):
        telling.offers_expiring([row])
    assert (kinds_of(english), last_of(english).urgent) == (["offer_expiring"], True)
    kept = "The seat is kept for you until Fri 28 Nov 2031, 18:00. After that it goes to the next person."
    assert lines_of(english)[0] == kept


@pytest.mark.parametrize("count", [1, 20])
def test_telling_takes_the_same_queries_for_any_number(count: int, django_assert_num_queries: Any) -> None:
    run = make_run()
    rows = [EnrolmentFactory(run=run) for _ in range(count)]
    with django_assert_num_queries(4):  # the events, preferences, and two of the post
        record_many([(row, S.WAITLISTED) for row in rows], Cause(by=None, at=timezone.now()))
    assert Message.objects.count() == count


@override_settings(WEBHOOK_URL="http://localhost/hook")
def test_the_group_hears_of_offers_and_of_nobody() -> None:
    run = make_run()
    rows = [EnrolmentFactory(run=run, person=UserFactory(name="曾小红")) for _ in range(2)]
    for row in rows:
        row.status = S.OFFERED
    record_many([(row, S.WAITLISTED) for row in rows], Cause(by=None, at=timezone.now()))
    notice = Message.objects.get(person=None)
    assert ("曾小红" in notice.subject + notice.body, "2" in notice.body) == (False, True)
    assert list(faults()) != []  # the statuses above are made up; the outbox is in step
    assert [name for name, _ in faults() if name.startswith("messaging.")] == []


def test_everybody_reads_in_his_own_language(english: User) -> None:
    other = UserFactory()
    run = make_run()
    EnrolmentFactory(run=run, person=english)
    EnrolmentFactory(run=run, person=other)
    cancel(run=run, by=UserFactory(), reason="教师生病")
    assert last_of(english).subject == "Class cancelled: 公文写作提升班"
    assert last_of(other).subject != last_of(english).subject or not translated()


def translated() -> bool:
    """Whether the catalogue has the sentence; it is translated after the code is written."""
    from django.utils import translation
    from django.utils.translation import gettext

    with translation.override("zh-hans"):
        return gettext("Class cancelled: %(course)s") != "Class cancelled: %(course)s"


# Classes


@pytest.fixture
def crew(english: User, office: User) -> dict[str, User]:
    """A class with somebody who has a seat, one who waits, one who has left, a trainer and a supervisor."""
    crew = {"seat": english, **{name: UserFactory() for name in ("waiting", "gone", "trainer", "supervisor", "other")}}
    run = make_run(trainers=[crew["trainer"]], supervisor=crew["supervisor"], capacity=1)
    EnrolmentFactory(run=run, person=english)
    EnrolmentFactory(run=run, person=crew["waiting"], waitlisted=True)
    EnrolmentFactory(run=run, person=crew["gone"], withdrawn=True)
    EnrolmentFactory(run=make_run(class_no="2031-XZ-01-02"), person=crew["other"])
    return crew


def the_run() -> CourseRun:
    return CourseRun.objects.get(class_no="2031-XZ-01-01")


def heard(crew: dict[str, User]) -> dict[str, list[str]]:
    return {name: kinds_of(one) for name, one in crew.items() if kinds_of(one)}


def everybody(kind: str) -> dict[str, list[str]]:
    return {name: [kind] for name in ("seat", "waiting", "trainer", "supervisor")}


def test_a_cancelled_class_is_told_to_everybody_in_it(crew: dict[str, User], office: User) -> None:
    cancel(run=the_run(), by=office, reason="报名人数不足")
    assert heard(crew) == everybody("class_cancelled")
    assert lines_of(crew["seat"])[:2] == ["This class does not take place.", "Reason: 报名人数不足"]
    assert not last_of(crew["seat"]).urgent


def test_a_postponed_class_and_its_new_dates_are_told(crew: dict[str, User], office: User) -> None:
    postpone(run=the_run(), by=office, reason="教师临时出差")
    assert heard(crew) == everybody("class_postponed")
    assert "17:40" not in last_of(crew["seat"]).body
    publish(run=the_run(), by=office)
    assert kinds_of(crew["seat"]) == ["class_postponed", "class_again"]
    assert CLASS_LINES[1] in lines_of(crew["seat"])


def test_whoever_did_it_has_it_noted(crew: dict[str, User], office: User) -> None:
    cancel(run=the_run(), by=crew["supervisor"], reason="报名人数不足")
    assert (last_of(crew["supervisor"]).topic, last_of(crew["trainer"]).topic) == (Topic.OWN, Topic.CHANGES)


def test_a_class_that_nobody_knows_of_is_dropped_in_silence(office: User) -> None:
    run = make_run(planned=True)
    EnrolmentFactory(run=run)
    cancel(run=run, by=office, reason="计划调整")
    assert Message.objects.count() == 0


@override_settings(WEBHOOK_URL="http://localhost/hook")
def test_the_group_hears_how_many_a_cancelled_class_concerns(crew: dict[str, User], office: User) -> None:
    cancel(run=the_run(), by=office, reason="报名人数不足")
    notice = Message.objects.get(person=None)
    assert ("4" in notice.body, any(one.name in notice.body for one in crew.values())) == (True, False)


def test_another_place_is_told_and_another_note_is_not(crew: dict[str, User], office: User) -> None:
    run = the_run()
    run.note = "请带笔"
    save_run(run=run, by=office)
    assert heard(crew) == {}
    run.venue = "五楼多功能厅"
    save_run(run=run, by=office)
    assert heard(crew) == everybody("class_changed")
    assert lines_of(crew["seat"])[0] == "The place has changed from “三楼会议室” to “五楼多功能厅”."


def test_a_moved_session_is_told_with_before_and_after(crew: dict[str, User], office: User) -> None:
    run = the_run()
    [session] = run.sessions.all()
    session.starts_at, session.ends_at = session.starts_at + DAY, session.ends_at + DAY
    save_schedule(run=run, sessions=[session], by=office)
    assert heard(crew) == everybody("class_changed")
    expected = "Wed 3 Dec 2031, 17:40\u2060–\u206019:40 is now: Thu 4 Dec 2031, 17:40\u2060–\u206019:40, 三楼会议室"
    assert lines_of(crew["seat"])[0] == expected


def test_added_and_removed_sessions_are_told_in_one_letter(crew: dict[str, User], office: User) -> None:
    run = the_run()
    start = run.starts_at + 7 * DAY
    new = ClassSession(run=run, starts_at=start, ends_at=start + HOUR, venue="一楼")
    save_schedule(run=run, sessions=[new], by=office)
    assert heard(crew) == everybody("class_changed")  # the trainer, whose session is gone, too
    assert lines_of(crew["seat"])[:2] == [
        "Called off: Wed 3 Dec 2031, 17:40\u2060–\u206019:40",
        "Added: Wed 10 Dec 2031, 17:40\u2060–\u206018:40, 一楼",
    ]


def test_another_topic_alone_is_no_news(crew: dict[str, User], office: User) -> None:
    run = the_run()
    [session] = run.sessions.all()
    session.topic = "请示与报告"
    save_schedule(run=run, sessions=[session], by=office)
    assert heard(crew) == {}


def test_a_session_that_is_called_off_is_told_once(crew: dict[str, User], office: User) -> None:
    run = the_run()
    start = run.starts_at + DAY
    ClassSession.objects.create(run=run, starts_at=start, ends_at=start + HOUR)
    session = run.sessions.order_by("starts_at").last()
    for _ in range(2):
        cancel_session(session=session, by=office, reason="场地维修")
    assert kinds_of(crew["seat"]) == ["session_cancelled"]
    assert lines_of(crew["seat"])[:2] == [
        "This session does not take place: Thu 4 Dec 2031, 17:40\u2060–\u206018:40",
        "Reason: 场地维修",
    ]


def test_what_is_over_is_not_told(office: User) -> None:
    run = CourseRunFactory(finished=True)
    EnrolmentFactory(run=run)
    run.venue = "五楼"
    save_run(run=run, by=office)
    assert Message.objects.count() == 0


def test_a_class_within_a_day_cannot_wait(office: User) -> None:
    run = CourseRunFactory(starts_at=timezone.now() + 20 * HOUR)
    row = EnrolmentFactory(run=run)
    cancel(run=run, by=office, reason="教师生病")
    assert last_of(row.person).urgent


def test_soon_is_less_than_a_day_ahead() -> None:
    now = timezone.now()
    moments = [now - HOUR, now + HOUR, now + 25 * HOUR, None]
    assert [is_soon(moment) for moment in moments] == [False, True, False, False]


@pytest.mark.parametrize("count", [1, 20])
def test_telling_of_a_class_takes_the_same_queries_for_any_number(count: int, django_assert_num_queries: Any) -> None:
    run = make_run()
    for _ in range(count):
        EnrolmentFactory(run=run)
    run = CourseRun.objects.select_related("course").get(pk=run.pk)
    run.status = "postponed"
    with django_assert_num_queries(5):  # sessions to come, people, and three of the post
        telling.run_moved(run, "published", by=None)


# The day before


EVE = datetime.datetime(2031, 12, 2, 16, 0, tzinfo=timezone.get_default_timezone())


def test_one_letter_lists_the_sessions_of_the_next_day(crew: dict[str, User]) -> None:
    morning = the_run().starts_at.replace(hour=1)
    second = CourseRunFactory(course__title="人民调解实务", starts_at=morning, venue="二楼", class_no="2031-XZ-09-01")
    EnrolmentFactory(run=second, person=crew["seat"])
    assert telling.remind(EVE) == 3
    assert kinds_of(crew["seat"]) == ["reminder"]
    assert last_of(crew["seat"]).subject == "Tomorrow, Wed 3 Dec 2031: 2 sessions"
    places = [line.split("  ")[1] for line in lines_of(crew["seat"])]
    assert places == ["人民调解实务, 二楼", "公文写作提升班, 三楼会议室"]
    assert heard(crew) == {"seat": ["reminder"], "trainer": ["reminder"], "other": ["reminder"]}


def test_a_second_call_reminds_nobody_twice(crew: dict[str, User]) -> None:
    assert [telling.remind(EVE), telling.remind(EVE + HOUR)] == [3, 0]


@pytest.mark.parametrize("days", [-1, 1])
def test_other_days_are_not_reminded_of(crew: dict[str, User], days: int) -> None:
    assert telling.remind(EVE + days * DAY) == 0


def test_what_does_not_take_place_is_not_reminded_of(crew: dict[str, User]) -> None:
    ClassSession.objects.update(cancelled_at=timezone.now())
    assert telling.remind(EVE) == 0


@pytest.mark.parametrize("count", [1, 20])
def test_reminding_takes_the_same_queries_for_any_number(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        EnrolmentFactory(run=make_run(class_no=f"2031-{number}"))
    with django_assert_num_queries(7):
        assert telling.remind(EVE) == count


# Too few


def test_the_office_and_the_supervisor_hear_once_that_too_few_come(english: User) -> None:
    sync_roles()
    supervisor, head = UserFactory(), person_with("office")
    save_preferences(person=head, language="en")
    run = make_run(supervisor=supervisor)
    EnrolmentFactory(run=run, person=english)
    for _ in range(2):
        telling.below_minimum(run, taken=1, least=10)
    assert [kinds_of(one) for one in (supervisor, head, english)] == [["below_minimum"], ["below_minimum"], []]
    assert lines_of(head)[0] == "1 seats are taken; the class needs 10."
