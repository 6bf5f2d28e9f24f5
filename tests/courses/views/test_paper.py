"""Registers and paper: the sign-in sheet."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.presenters.sheet import ROWS
from courses.selectors.registers import newest_seal
from courses.services.attendance import close_register, mark
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def class_with(people, trainer, **facts):
    run = CourseRunFactory(trainers=[trainer], capacity=99, **facts)
    return run.sessions.get(), [EnrolmentFactory(run=run) for _ in range(people)]


def sheet_of(session):
    return reverse("courses:sheet", args=[session.pk])


def test_before_the_session_the_sheet_is_empty_with_lines_to_spare(teaching, trainer):
    session, people = class_with(2, trainer)

    response = teaching.get(sheet_of(session))

    (leaf,) = response.context["sheet"].leaves
    assert [number for number, _row in leaf.lines] == [1, 2, 3, 4, 5]
    assert {row.enrolment for row in leaf.rows[:2]} == set(people)
    assert leaf.rows[2:] == [None, None, None]
    assert '<th scope="col" class="leaf-page__state">' not in response.content.decode()


def test_afterwards_it_says_what_was_marked(teaching, trainer):
    session, (one, _two) = class_with(2, trainer, starts_at=timezone.now() - 121 * MINUTE)
    late = {"enrolment": one, "status": "late", "happened_at": session.starts_at + 5 * MINUTE}
    mark(session=session, marks=[late], by=trainer)

    text = teaching.get(sheet_of(session)).content.decode()

    assert text.count("<td>Late, 5 min</td>") == 1
    assert text.count("<tr>") == 3


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (ROWS - 3, 1), (ROWS - 2, 2), (2 * ROWS, 3)])
def test_pages_are_numbered_and_rows_go_on(teaching, trainer, people, pages):
    session, _rows = class_with(people, trainer)

    response = teaching.get(sheet_of(session))

    leaves = response.context["sheet"].leaves
    assert [number for leaf in leaves for number, _row in leaf.lines] == list(range(1, people + 4))
    assert [f"Page {leaf.number} of {pages}</span>" in response.content.decode() for leaf in leaves] == [True] * pages


def test_a_closed_register_carries_its_seal(teaching, trainer):
    session, (one,) = class_with(1, trainer, starts_at=timezone.now() - 121 * MINUTE)
    mark(session=session, marks=[{"enrolment": one, "status": "present"}], by=trainer)
    close_register(session=session, by=trainer, head_count=1)

    response = teaching.get(sheet_of(session))

    seal = newest_seal(session)
    sheet = response.context["sheet"]
    assert sheet.digest.replace(" ", "") == seal.digest
    assert sheet.address == f"http://testserver/verify/{seal.public_id}/"
    assert response.content.decode().count('<div class="leaf-page__code"><svg') == 1


@pytest.mark.parametrize(
    ("facts", "headings"),
    [
        ({}, ["Signature"]),
        ({"check_out": True}, ["Signed in", "Signed out"]),
    ],
)
def test_columns_to_sign(teaching, trainer, facts, headings):
    evening = timezone.localtime().replace(hour=19, minute=0) + datetime.timedelta(days=9)
    session, _people = class_with(1, trainer, starts_at=evening, **facts)
    assert teaching.get(sheet_of(session)).context["sheet"].signatures == headings


def test_a_session_over_noon_is_signed_twice(teaching, trainer):
    morning = timezone.localtime().replace(hour=11, minute=0) + datetime.timedelta(days=9)
    session, _people = class_with(1, trainer, starts_at=morning)
    assert teaching.get(sheet_of(session)).context["sheet"].signatures == [
        "Signature, morning", "Signature, afternoon",
    ]  # fmt: skip


def test_the_sheet_is_for_those_who_keep_the_register(teaching, sign_in, office, learner, trainer):
    session, (one,) = class_with(1, trainer)
    others = [UserFactory(), learner, one.person]

    assert [sign_in(person).get(sheet_of(session)).status_code for person in others] == [404, 404, 404]
    assert sign_in(office).get(sheet_of(session)).status_code == 200


@pytest.mark.parametrize("people", [1, 40])
def test_the_sheet_takes_the_same_queries_for_one_and_forty(
    sign_in, office, trainer, people, django_assert_num_queries
):
    session, _people = class_with(people, trainer)
    client = sign_in(office)
    with django_assert_num_queries(13):
        assert client.get(sheet_of(session)).status_code == 200
