"""What marks add up to when several hands made them without seeing each other. No database: events in, outcome out."""

import datetime
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.models import AttendanceEvent, ClassSession, CourseRun
from courses.services.fold import fold, token

NINE = datetime.datetime(2026, 11, 28, 1, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
ANNA, BERT, LEARNER = 1, 2, 9


def session():
    return ClassSession(run=CourseRun(), starts_at=NINE, ends_at=NINE + 120 * MINUTE, absent_after_minutes=15)


def event(name, status, by, minute, *, basis=(), source="trainer", happened=None):
    at = NINE + minute * MINUTE
    happened_at = at if happened is None else NINE + happened * MINUTE
    times = {"happened_at": happened_at, "recorded_at": at}
    return AttendanceEvent(status=status, by_id=by, client_id=name, basis=list(basis), source=source, **times)


def outcome(*events):
    found = fold(session(), events)
    return str(found.status), found.minutes_late, found.minutes_early, found.disputed


def test_one_hand_replaces_its_own_marks():
    marks = event("a", "absent", ANNA, 1), event("b", "present", ANNA, 2)
    assert outcome(*marks) == ("present", 0, 0, False)


def test_who_saw_the_other_mark_replaces_it():
    marks = event("a", "absent", ANNA, 1), event("b", "present", BERT, 2, basis=["a"])
    assert outcome(*marks) == ("present", 0, 0, False)


def test_who_did_not_see_it_disputes_it():
    marks = event("a", "absent", ANNA, 1), event("b", "present", BERT, 2)
    found = fold(session(), marks)
    assert (outcome(*marks), [token(head) for head in found.heads]) == (("present", 0, 0, True), ["a", "b"])


def test_saying_the_same_is_no_dispute():
    assert outcome(event("a", "absent", ANNA, 1), event("b", "absent", BERT, 2)) == ("absent", 0, 0, False)


def test_the_same_state_with_other_minutes_is_one():
    marks = event("a", "late", ANNA, 5), event("b", "late", BERT, 9)
    assert outcome(*marks) == ("late", 9, 0, True)


def test_a_mark_taken_back_says_nothing_against_others():
    marks = event("a", "absent", ANNA, 1), event("b", "cleared", ANNA, 3), event("c", "present", BERT, 2)
    assert outcome(*marks) == ("present", 0, 0, False)


def test_a_decision_keeps_the_minutes_of_the_chosen_mark():
    line = event("a", "late", ANNA, 5), event("b", "left_early", ANNA, 110, basis=["a"])
    other = event("c", "absent", BERT, 111)
    decided = event("d", "left_early", BERT, 130, basis=["b", "c"], source="decision", happened=110)
    assert outcome(*line, other, decided) == ("left_early", 5, 10, False)


def test_a_decision_for_one_of_two_late_marks_takes_the_one_that_stands_first():
    marks = event("a", "late", ANNA, 5), event("b", "late", BERT, 9)
    decided = event("d", "late", BERT, 20, basis=["a", "b"], source="decision", happened=5)
    assert outcome(*marks, decided) == ("late", 5, 0, False)


def test_left_early_adds_to_the_late_mark_it_saw():
    marks = event("a", "late", ANNA, 5), event("b", "left_early", BERT, 108, basis=["a"])
    found = fold(session(), marks)
    assert outcome(*marks) == ("left_early", 5, 12, False)
    assert (found.arrived_at, found.left_at) == (NINE + 5 * MINUTE, NINE + 108 * MINUTE)


def test_an_own_check_in_never_replaces_the_trainer():
    absent, scan = event("a", "absent", ANNA, 20), event("s", "late", LEARNER, 25, basis=["a"], source="self_qr")
    assert outcome(absent, scan) == ("absent", 0, 0, True)
    informed = event("b", "late", ANNA, 30, basis=["a", "s"], happened=25)
    assert outcome(absent, scan, informed) == ("late", 25, 0, False)


def test_an_own_check_in_agrees_with_a_trainer_who_saw_somebody_come():
    marks = event("a", "present", ANNA, 0), event("s", "late", LEARNER, 1, source="self_qr")
    assert outcome(*marks) == ("present", 0, 0, False)


def test_of_two_own_check_ins_the_first_arrival_counts():
    first, second = (
        event("s", "present", LEARNER, -5, source="self_qr"),
        event("t", "late", LEARNER, 5, source="code", basis=["s"]),
    )
    assert outcome(first, second) == ("present", 0, 0, False)
    left = event("a", "left_early", ANNA, 110, basis=["s"])
    assert outcome(first, second, left) == ("left_early", 0, 10, False)


def test_who_has_leave_and_comes_is_for_a_person_to_decide():
    marks = event("l", "on_leave", BERT, -300, source="leave"), event("s", "present", LEARNER, -1, source="self_qr")
    assert outcome(*marks) == ("present", 0, 0, True)


def test_a_check_out_says_when_somebody_went_and_changes_nothing_else():
    marks = event("s", "late", LEARNER, 5, source="self_qr"), event("out-s", "present", LEARNER, 119, source="self_qr")
    found = fold(session(), marks)
    assert outcome(*marks) == ("late", 5, 0, False)
    assert (found.arrived_at, found.left_at) == (NINE + 5 * MINUTE, NINE + 119 * MINUTE)


def test_nobody_who_is_absent_has_come():
    marks = event("a", "present", ANNA, 0), event("b", "absent", ANNA, 5)
    assert fold(session(), marks).arrived_at is None


def test_marks_that_name_each_other_still_have_an_outcome():
    """Clocks that are wrong, or a device that lies."""
    marks = event("a", "absent", ANNA, 1, basis=["b"]), event("b", "present", BERT, 2, basis=["a"])
    assert outcome(*marks) == ("present", 0, 0, False)
    loop = (
        event("d", "absent", ANNA, 1, basis=["e"], source="decision"),
        event("e", "absent", BERT, 2, basis=["d"], source="decision"),
    )
    assert outcome(*loop) == ("absent", 0, 0, False)


def test_marks_from_before_there_were_client_ids_go_by_their_key():
    old = event(None, "absent", ANNA, 1)
    old.pk = 7
    assert outcome(old, event("b", "present", BERT, 2, basis=["#7"])) == ("present", 0, 0, False)


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))])
def test_the_order_of_arrival_never_matters(order):
    marks = [
        event("a", "late", ANNA, 5),
        event("b", "absent", BERT, 4),
        event("c", "left_early", ANNA, 100, basis=["a"]),
        event("s", "late", LEARNER, 6, source="self_qr"),
    ]
    assert outcome(*(marks[number] for number in order)) == ("left_early", 5, 20, True)


STATES = ("present", "late", "left_early", "on_leave", "absent", "cleared")


@st.composite
def logs(draw):
    """Marks of three hands, each with a basis of marks that were there before it, or claim to have been."""
    made = []
    for number in range(draw(st.integers(1, 9))):
        names = [token(row) for row in made]
        basis = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
        own = draw(st.booleans())
        kind = {"by": LEARNER, "source": "self_qr"} if own else {"by": draw(st.sampled_from([ANNA, BERT]))}
        minute = draw(st.integers(-200, 200))  # a clock that is wrong
        made.append(event(f"m{number}", draw(st.sampled_from(STATES)), minute=minute, basis=basis, **kind))
    return made, draw(st.permutations(made))


@settings(max_examples=200, deadline=None, database=None)
@given(logs())
def test_any_log_has_one_outcome(log):
    made, shuffled = log
    assert fold(session(), made) == fold(session(), shuffled)
