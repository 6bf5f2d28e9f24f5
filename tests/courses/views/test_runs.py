"""The page of a class: signing up, refusals, withdrawing."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.enums import EnrolmentStatus
from courses.models import Enrolment, EnrolmentEvent
from courses.services import enrolment as service
from tests.factories import ClassSessionFactory, CourseRunFactory, EnrolmentFactory, ProfessionFactory, UserFactory

pytestmark = pytest.mark.django_db
RUN_QUERIES = 23
DAY = datetime.timedelta(days=1)


def page(run):
    return reverse("courses:run", args=[run.pk])


def sign_up(client, run, key=None, **kwargs):
    return client.post(reverse("courses:enrol", args=[run.pk]), {"key": key or uuid.uuid4().hex}, **kwargs)


def stored(person):
    return list(Enrolment.objects.filter(person=person).values_list("status", flat=True))


def told(response):
    return [str(message) for message in response.context["messages"]]


# Who sees a class


@pytest.mark.parametrize("state", ["planned", "ready", "concluded", "archived"])
def test_class_that_is_not_shown_does_not_exist_for_others(visitor, reader, state):
    run = CourseRunFactory(**{state: True})

    answers = [client.get(page(run)).status_code for client in (visitor, reader)]
    answers += [sign_up(client, run).status_code for client in (visitor, reader)]

    assert answers == [404, 404, 404, 404]


@pytest.mark.parametrize("state", ["postponed", "cancelled"])
def test_class_that_does_not_take_place_says_why(visitor, state):
    run = CourseRunFactory(**{state: True})

    assert run.status_reason in visitor.get(page(run)).content.decode()


def test_finished_class_stays_visible_to_those_who_were_in_it(reader, learner, sign_in, office):
    run = CourseRunFactory(concluded=True)
    EnrolmentFactory(run=run, person=learner, completed=True)

    answers = [client.get(page(run)).status_code for client in (reader, sign_in(office), sign_in(UserFactory()))]

    assert answers == [200, 200, 404]


def test_address_with_a_number_beyond_the_database_is_not_found(visitor):
    assert visitor.get("/runs/99999999999999999999/").status_code == 404


# What the page says


def test_visitor_reads_facts_timetable_and_what_the_button_will_do(visitor):
    teacher, supervisor = UserFactory(name="王建平"), UserFactory(name="刘志远")
    run = CourseRunFactory(supervisor=supervisor, trainers=[teacher], note="请自带公文。", sessions=2)
    ClassSessionFactory(run=run, cancelled_at=timezone.now(), cancel_reason="停电")

    response = visitor.get(page(run))

    text = response.content.decode()
    assert [word in text for word in ("请自带公文。", "三楼会议室", "停电")] == [True] * 3
    assert [name in text for name in ("王建平", "刘志远")] == [False, False]  # no name without a public profile
    visitor.force_login(UserFactory())
    assert [name in visitor.get(page(run)).content.decode() for name in ("王建平", "刘志远")] == [True, True]
    assert response.context["view"].offer.label == "Sign in to sign up"
    assert len(response.context["sessions"]) == 3


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "You are signed up"),
        ({"waitlisted": True}, "Number 1 on the waiting list"),
        ({"requested": True}, "Waiting for approval"),
    ],
)
def test_page_says_where_the_person_stands(reader, learner, state, words):
    run = CourseRunFactory()
    enrolment = EnrolmentFactory(run=run, person=learner, **state)

    text = reader.get(page(run)).content.decode()

    assert words in text
    assert reverse("courses:withdraw", args=[enrolment.pk]) in text
    assert reverse("courses:enrol", args=[run.pk]) not in text


def test_nobody_is_offered_to_withdraw_from_a_class_that_has_begun(reader, learner):
    run = CourseRunFactory(running=True)
    enrolment = EnrolmentFactory(run=run, person=learner)

    assert reverse("courses:withdraw", args=[enrolment.pk]) not in reader.get(page(run)).content.decode()


# Signing up


@pytest.mark.parametrize(
    ("run", "status", "words"),
    [
        ({}, EnrolmentStatus.CONFIRMED, "You are signed up for “{title}”."),
        (
            {"full": True},
            EnrolmentStatus.WAITLISTED,
            "You are on the waiting list of “{title}”: Number 1 on the waiting list.",
        ),
        (
            {"approval_required": True},
            EnrolmentStatus.REQUESTED,
            "Your application for “{title}” was sent; it waits for approval.",
        ),
    ],
)
def test_signing_up_answers_with_what_became_of_it(reader, learner, run, status, words):
    run = CourseRunFactory(**run)

    response = sign_up(reader, run, follow=True)

    assert response.redirect_chain == [(page(run), 302)]
    assert told(response) == [words.format(title=run.course.title)]
    assert stored(learner) == [status]


def test_pressing_twice_is_signing_up_once(reader, learner):
    run, key = CourseRunFactory(), uuid.uuid4().hex

    answers = [told(sign_up(reader, run, key, follow=True)) for _ in range(2)]

    assert answers[0] == answers[1] == [f"You are signed up for “{run.course.title}”."]
    assert EnrolmentEvent.objects.filter(enrolment__person=learner).count() == 1


def test_another_form_for_the_same_class_gives_the_same_answer(reader, learner):
    run = CourseRunFactory()

    answers = [told(sign_up(reader, run, follow=True)) for _ in range(2)]

    assert answers[0] == answers[1]
    assert stored(learner) == [EnrolmentStatus.CONFIRMED]


def test_replaying_the_form_after_withdrawing_does_not_sign_up_again(reader, learner):
    run, key = CourseRunFactory(), uuid.uuid4().hex
    sign_up(reader, run, key, follow=True)
    service.withdraw(enrolment=Enrolment.objects.get(person=learner), by=learner)

    response = sign_up(reader, run, key, follow=True)

    assert told(response) == [f"You have withdrawn from “{run.course.title}”. Reload the page to sign up again."]
    assert stored(learner) == [EnrolmentStatus.WITHDRAWN]


def test_a_key_used_for_another_class_is_refused(reader, learner):
    key = uuid.uuid4().hex
    sign_up(reader, CourseRunFactory(), key)

    response = sign_up(reader, CourseRunFactory(now=timezone.now() + DAY), key)

    assert (response.status_code, response.context["refusal"].code) == (409, "key_reused")
    assert len(stored(learner)) == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "a\x00b"])
def test_a_form_without_a_usable_key_still_signs_up(reader, learner, key):
    run = CourseRunFactory()
    reader.post(reverse("courses:enrol", args=[run.pk]), {"key": key})

    assert stored(learner) == [EnrolmentStatus.CONFIRMED]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"coming": True}, "not_open_yet"),
        ({"closed": True}, "closed"),
        ({"running": True}, "begun"),
        ({"postponed": True}, "postponed"),
        ({"cancelled": True}, "cancelled"),
        ({"full": True, "waitlist_enabled": False}, "full"),
    ],
)
def test_refusal_is_shown_in_place_and_changes_nothing(reader, learner, state, code):
    run = CourseRunFactory(**state)

    response = sign_up(reader, run)

    text = response.content.decode()
    assert (response.status_code, response.context["refusal"].code) == (409, code)
    assert str(response.context["refusal"].message) in text
    assert "You were not signed up" in text
    assert stored(learner) == []


def test_class_for_other_professions_refuses(reader, learner):
    run = CourseRunFactory(professions=[ProfessionFactory()])

    assert sign_up(reader, run).context["refusal"].code == "wrong_profession"
    assert stored(learner) == []


def test_class_for_other_units_refuses(reader, learner):
    run = CourseRunFactory(units=[UserFactory().unit])

    assert sign_up(reader, run).context["refusal"].code == "wrong_unit"
    assert stored(learner) == []


def test_class_at_the_same_time_as_another_refuses_and_names_it(reader, learner):
    mine = EnrolmentFactory(person=learner).run
    run = CourseRunFactory(starts_at=mine.starts_at)

    response = sign_up(reader, run)

    assert response.context["refusal"].code == "clash"
    assert mine.course.title in response.context["view"].offer.label
    assert len(stored(learner)) == 1


def test_visitor_is_sent_to_sign_in_and_back_to_the_class(visitor):
    run = CourseRunFactory()

    response = sign_up(visitor, run)

    assert response.headers["Location"] == f"{reverse('account_login')}?next={page(run)}"
    assert Enrolment.objects.count() == 0


def test_signing_up_takes_a_post_and_its_token(reader, learner):
    run = CourseRunFactory()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)

    assert reader.get(reverse("courses:enrol", args=[run.pk])).status_code == 405
    assert sign_up(strict, run).status_code == 403
    assert stored(learner) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_class_page_takes_the_same_queries_for_any_number_of_sessions(reader, rows):
    run = CourseRunFactory(sessions=rows, trainers=[UserFactory()])
    reader.get(page(run))

    with CaptureQueriesContext(connection) as queries:
        reader.get(page(run))

    assert len(queries) == RUN_QUERIES


# Withdrawing


def way_out(enrolment):
    return reverse("courses:withdraw", args=[enrolment.pk])


def test_withdrawing_asks_once_more(reader, learner):
    enrolment = EnrolmentFactory(person=learner)

    text = reader.get(way_out(enrolment)).content.decode()

    assert f"Withdraw from “{enrolment.run.course.title}”?" in text
    assert stored(learner) == [EnrolmentStatus.CONFIRMED]


def test_withdrawing_frees_the_seat_and_keeps_the_reason(reader, learner):
    enrolment = EnrolmentFactory(person=learner)

    response = reader.post(way_out(enrolment), {"reason": "外出开庭"}, follow=True)

    assert response.redirect_chain == [(reverse("courses:my"), 302)]
    assert told(response) == [f"You have withdrawn from “{enrolment.run.course.title}”."]
    assert stored(learner) == [EnrolmentStatus.WITHDRAWN]
    assert enrolment.events.last().reason == "外出开庭"


def test_withdrawing_without_a_reason_is_fine(reader, learner):
    reader.post(way_out(EnrolmentFactory(person=learner, waitlisted=True)), {"reason": ""})

    assert stored(learner) == [EnrolmentStatus.WITHDRAWN]


def test_withdrawing_twice_gives_the_same_answer(reader, learner):
    enrolment = EnrolmentFactory(person=learner)

    answers = [told(reader.post(way_out(enrolment), {}, follow=True)) for _ in range(2)]

    assert answers[0] == answers[1]
    assert enrolment.events.filter(to_status=EnrolmentStatus.WITHDRAWN).count() == 1


def test_withdrawing_too_late_is_refused_and_keeps_what_was_typed(reader, learner):
    enrolment = EnrolmentFactory(person=learner, run=CourseRunFactory(running=True))

    response = reader.post(way_out(enrolment), {"reason": "临时出差"})

    assert (response.status_code, response.context["refusal"].code) == (409, "withdrawal_too_late")
    assert "临时出差" in response.content.decode()
    assert stored(learner) == [EnrolmentStatus.CONFIRMED]


def test_withdrawing_with_a_reason_that_is_too_long_tells_so(reader, learner):
    enrolment = EnrolmentFactory(person=learner)

    response = reader.post(way_out(enrolment), {"reason": "长" * 201})

    assert response.status_code == 422
    assert "长" * 201 in response.content.decode()
    assert stored(learner) == [EnrolmentStatus.CONFIRMED]


@pytest.mark.parametrize("method", ["get", "post"])
def test_enrolment_of_somebody_else_does_not_exist(reader, visitor, method):
    enrolment = EnrolmentFactory()

    assert getattr(reader, method)(way_out(enrolment)).status_code == 404
    assert getattr(visitor, method)(way_out(enrolment)).headers["Location"].startswith(reverse("account_login"))
    assert stored(enrolment.person) == [EnrolmentStatus.CONFIRMED]
