"""Study progress: joined in any order, never twice, never down, never more than can be."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.enums import Completion
from courses.errors import BatchRefused, ConfirmationRefused
from courses.models import LessonProgress
from courses.services import batches, progress
from courses.signals import lesson_completed
from tests.factories import LessonPageFactory, UserFactory

pytestmark = pytest.mark.django_db
VIDEO, SECOND, AUDIO = "video-1", "video-2", "audio-1"
LENGTH = 600
NOW = timezone.now().replace(microsecond=0)
OPENED = NOW - datetime.timedelta(hours=1)
START = int(OPENED.timestamp())


def body(**blocks):
    return json.dumps(
        [
            {"type": kind, "id": block, "value": {kind: 1, "title": "录像", "transcript": ""}}
            for block, kind in blocks.items()
        ]
    )


def lesson_with(*blocks, **fields):
    kinds = {VIDEO: "video", SECOND: "video", AUDIO: "audio"}
    return LessonPageFactory(body=body(**{block: kinds[block] for block in blocks}), **fields)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def lesson():
    return lesson_with(VIDEO)


def batch(person, lesson, *, opened=OPENED, time=(), reached=0, clips=None):
    """What a page sends; `time` in seconds since `OPENED`."""
    return {
        "ticket": batches.ticket(person, lesson, opened),
        "time": [[START + begin, START + end] for begin, end in time],
        "reached": reached,
        "clips": clips or {},
    }


def clip(*played, position=0, at=0, duration=LENGTH):
    """A film as the page reports it; `at` in seconds since `OPENED`."""
    return {
        "at": (START + at) * 1000,
        "position": position,
        "duration": duration,
        "played": [list(piece) for piece in played],
    }


def save(person, lesson, at=NOW, **what):
    return progress.save(person=person, lesson=lesson, data=batch(person, lesson, **what), at=at)


def stored():
    return LessonProgress.objects.get()


# What one batch says


def test_first_batch_makes_the_row(person, lesson):
    save(
        person,
        lesson,
        time=[(0, 10), (20, 25)],
        reached=40,
        clips={VIDEO: clip((0, 10), position=10, at=10)},
    )

    row = stored()

    assert (row.person, row.lesson, row.opened_at) == (person, lesson, OPENED)
    assert row.seen_at == OPENED + datetime.timedelta(seconds=25)
    assert (row.seconds, row.reached, row.recent) == (15, 40, [[START, START + 10], [START + 20, START + 25]])
    assert row.clips == {
        VIDEO: {"at": (START + 10) * 1000, "position": 10, "duration": LENGTH, "played": [[0, 10]]},
    }
    assert not row.is_completed


def test_the_same_batch_again_adds_nothing(person, lesson):
    what = {"time": [(0, 10)], "reached": 40, "clips": {VIDEO: clip((0, 10), position=10, at=10)}}
    save(person, lesson, **what)
    before = LessonProgress.objects.values().get()

    save(person, lesson, at=NOW + datetime.timedelta(minutes=5), **what)

    assert LessonProgress.objects.values().get() == before


def test_two_devices_at_once_count_the_time_once(person, lesson):
    save(person, lesson, time=[(0, 60)])
    save(person, lesson, time=[(30, 90)])
    assert stored().seconds == 90


def test_the_latest_position_stands_whichever_arrives_last(person, lesson):
    save(person, lesson, clips={VIDEO: clip(position=300, at=50)})
    save(person, lesson, clips={VIDEO: clip(position=500, at=40)})
    assert stored().clip(VIDEO)["position"] == 300


def test_people_and_lessons_are_kept_apart(person, lesson):
    other = lesson_with(VIDEO)
    save(person, lesson, time=[(0, 10)])
    save(UserFactory(), lesson, time=[(0, 20)])
    save(person, other, time=[(0, 30)])
    assert sorted(LessonProgress.objects.values_list("seconds", flat=True)) == [10, 20, 30]


def test_pieces_too_old_to_come_again_are_counted_and_forgotten(person, lesson):
    save(person, lesson, time=[(0, 100)])
    later = NOW + datetime.timedelta(days=15)

    save(person, lesson, at=later, opened=later - datetime.timedelta(minutes=1))

    assert (stored().seconds, stored().recent) == (100, [])


# What cannot be


def test_time_is_bounded_by_the_opening_of_the_page_and_by_now(person, lesson):
    save(person, lesson, time=[(-500, 10)])
    hour = int((NOW - OPENED).total_seconds())
    save(person, lesson, time=[(hour - 5, hour + 4)])
    assert stored().seconds == 15


def test_a_whole_hour_is_all_that_fits_into_an_hour(person, lesson):
    for begin in range(0, 3600, 100):
        save(person, lesson, time=[(begin - 200, begin + 100)])
        save(person, lesson, time=[(0, 3600)])
    assert stored().seconds == 3600


NONSENSE = [
    None,
    [],
    "text",
    {},
    {"ticket": "1:forged"},
    {"ticket": "\ud800:forged"},
    {"time": "all day"},
    {"time": [[1]]},
    {"time": [[1, 2, 3]]},
    {"time": [["1", "2"]]},
    {"time": [[10, 5]]},
    {"time": [[0, 1]] * 201},
    {"time": [[START, START + 3600 + 60]]},
    {"time": [[-1, 5]]},
    {"reached": 101},
    {"reached": -1},
    {"reached": True},
    {"reached": 50.5},
    {"clips": []},
    {"clips": {VIDEO: None}},
    {"clips": {VIDEO: {}}},
    {"clips": {VIDEO: clip(duration=0)}},
    {"clips": {VIDEO: clip(duration=13 * 3600)}},
    {"clips": {VIDEO: clip(position=LENGTH + 1)}},
    {"clips": {VIDEO: clip(at=3600 + 60)}},
    {"clips": {VIDEO: clip((0, LENGTH + 1))}},
    {"clips": {VIDEO: clip((0, 12_000), duration=12_000)}},
    {"clips": {str(number): clip() for number in range(41)}},
]


@pytest.mark.parametrize("wrong", NONSENSE)
def test_nonsense_is_refused_and_changes_nothing(person, lesson, wrong):
    save(person, lesson, time=[(0, 10)], clips={VIDEO: clip((0, 10))})
    before = LessonProgress.objects.values().get()
    data = (
        {**batch(person, lesson, time=[(0, 99)], reached=90), **wrong} if isinstance(wrong, dict) and wrong else wrong
    )

    with pytest.raises(BatchRefused):
        progress.save(person=person, lesson=lesson, data=data, at=NOW)

    assert LessonProgress.objects.values().get() == before


def test_a_ticket_is_good_for_one_person_one_lesson_and_two_weeks(person, lesson):
    other_person, other_lesson = UserFactory(), LessonPageFactory()
    mine = batch(person, lesson, time=[(0, 10)])
    wrong = [
        {"person": other_person, "lesson": lesson, "at": NOW},
        {"person": person, "lesson": other_lesson, "at": NOW},
        {"person": person, "lesson": lesson, "at": OPENED + datetime.timedelta(days=14, seconds=1)},
        {"person": person, "lesson": lesson, "at": OPENED - datetime.timedelta(seconds=1)},
    ]

    for case in wrong:
        with pytest.raises(BatchRefused):
            progress.save(data=mine, **case)

    assert not LessonProgress.objects.exists()


def test_a_thousand_snippets_are_refused(person, lesson):
    for first in range(0, 2000, 400):
        save(person, lesson, time=[(second, second + 1) for second in range(first, first + 400, 2)])
    before = LessonProgress.objects.values().get()

    with pytest.raises(BatchRefused):
        save(person, lesson, time=[(3000, 3001)])

    assert (before["seconds"], LessonProgress.objects.values().get()) == (1000, before)


def test_films_that_the_lesson_does_not_have_are_left_out(person, lesson):
    save(person, lesson, clips={"gone": clip((0, 10)), VIDEO: clip((0, 5))})
    assert list(stored().clips) == [VIDEO]


# When a lesson is studied


@pytest.fixture
def told():
    heard = []

    def hear(progress, **_more):
        heard.append(progress)

    lesson_completed.connect(hear)
    yield heard
    lesson_completed.disconnect(hear)


def test_read_to_the_end(person, told):
    lesson = lesson_with(VIDEO, completion=Completion.OPENED)
    save(person, lesson, reached=99)
    assert not stored().is_completed

    save(person, lesson, reached=100)
    save(person, lesson, at=NOW + datetime.timedelta(hours=1), reached=100)
    save(person, lesson, reached=10)

    assert (stored().completed_at, stored().completed_by, stored().reached) == (NOW, Completion.OPENED, 100)
    assert told == [stored()]


def test_videos_watched_to_ninety_per_cent(person, told):
    lesson = lesson_with(VIDEO, SECOND, AUDIO, completion=Completion.WATCHED)
    save(person, lesson, time=[(0, 1100)], reached=100, clips={VIDEO: clip((0, 300)), SECOND: clip((0, 600))})
    save(person, lesson, clips={VIDEO: clip((200, 400), (500, 639), duration=640)})
    assert not stored().is_completed

    save(person, lesson, clips={VIDEO: clip((400, 440), duration=640)})

    assert (stored().completed_at, stored().completed_by) == (NOW, Completion.WATCHED)
    assert told == [stored()]


def test_a_film_is_not_watched_in_less_time_than_it_runs_at_twice_its_speed(person):
    lesson = lesson_with(VIDEO, completion=Completion.WATCHED)
    save(person, lesson, time=[(0, 200)], clips={VIDEO: clip((0, 600))})
    assert not stored().is_completed

    save(person, lesson, time=[(200, 280)])

    assert stored().is_completed


def test_without_videos_the_recordings_count_and_without_these_the_text(person):
    heard = lesson_with(AUDIO, completion=Completion.WATCHED)
    plain = lesson_with(completion=Completion.WATCHED)

    assert not save(person, heard, time=[(0, 600)], reached=100).is_completed
    assert save(person, heard, clips={AUDIO: clip((0, 560))}).completed_by == Completion.WATCHED
    assert save(person, plain, reached=100).completed_by == Completion.OPENED


def test_no_skipping_counts_only_what_lies_before_no_gap(person):
    lesson = lesson_with(VIDEO, completion=Completion.WATCHED, forbid_skipping=True)
    save(person, lesson, time=[(0, 600)], clips={VIDEO: clip((100, 600))})
    assert (stored().watched(VIDEO, in_order=True), stored().is_completed) == (0, False)

    save(person, lesson, clips={VIDEO: clip((0, 60))})
    assert (stored().watched(VIDEO, in_order=True), stored().is_completed) == (10, False)

    save(person, lesson, clips={VIDEO: clip((60, 100))})
    assert (stored().watched(VIDEO, in_order=True), stored().is_completed) == (100, True)


@pytest.mark.parametrize("completion", [Completion.CONFIRMED, Completion.OPENED])
def test_confirmed_by_the_button_once(person, told, completion):
    lesson = lesson_with(VIDEO, completion=completion)

    progress.confirm(person=person, lesson=lesson, at=NOW)
    progress.confirm(person=person, lesson=lesson, at=NOW + datetime.timedelta(days=1))

    assert (stored().completed_at, stored().completed_by) == (NOW, Completion.CONFIRMED)
    assert told == [stored()]


def test_a_lesson_to_be_confirmed_waits_for_the_button(person):
    lesson = lesson_with(VIDEO, completion=Completion.CONFIRMED)
    save(person, lesson, time=[(0, 600)], reached=100, clips={VIDEO: clip((0, 600))})
    assert not stored().is_completed


def test_videos_cannot_be_confirmed_away(person):
    with pytest.raises(ConfirmationRefused):
        progress.confirm(person=person, lesson=lesson_with(VIDEO, completion=Completion.WATCHED), at=NOW)
    assert not LessonProgress.objects.exists()


def test_a_listener_that_fails_takes_the_completion_with_it(person, lesson):
    def fail(**_facts):
        raise RuntimeError

    lesson_completed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            save(person, lesson, reached=100)
    finally:
        lesson_completed.disconnect(fail)
    assert not LessonProgress.objects.exists()


# Any order


def pieces(longest):
    spans = st.tuples(st.integers(0, longest - 1), st.integers(1, 40))
    return st.lists(spans.map(lambda span: (span[0], min(span[0] + span[1], longest))), max_size=4)


films = st.builds(
    lambda played, position, at: clip(*played, position=position, at=at),
    pieces(LENGTH), st.integers(0, LENGTH), st.integers(0, 3500),
)  # fmt: skip
said = st.fixed_dictionaries(
    {
        "opened": st.integers(0, 600).map(lambda seconds: OPENED + datetime.timedelta(seconds=seconds)),
        "time": pieces(3500),
        "reached": st.integers(0, 100),
        "clips": st.dictionaries(st.sampled_from([VIDEO, SECOND]), films, max_size=2),
    }
)
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture
def course_of_films(completion):
    """One lesson for all tries."""
    return lesson_with(VIDEO, SECOND, completion=completion, forbid_skipping=True)


def outcome(person, lesson, order):
    """Save in that order from an empty row; check that nothing goes down on the way; return where it ends."""
    LessonProgress.objects.filter(person=person, lesson=lesson).delete()
    last = None
    for number, what in enumerate(order):
        now = save(person, lesson, at=NOW + datetime.timedelta(seconds=number), **what)
        assert last is None or not lower(last, now)
        last = LessonProgress.objects.get(person=person, lesson=lesson)
    row = LessonProgress.objects.values(*(set(progress.FIELDS) - {"completed_at"})).get(person=person, lesson=lesson)
    return row


def lower(before, after):
    films = before.clips
    return (
        after.seconds < before.seconds
        or after.reached < before.reached
        or (before.is_completed and after.completed_at != before.completed_at)
        or any(after.clip(key)["at"] < before.clip(key)["at"] for key in films)
        or any(
            after.watched(key, in_order=rule) < before.watched(key, in_order=rule) for key in films for rule in (0, 1)
        )
    )


@st.composite
def orders(draw):
    """Batches as they were sent, and the same ones shuffled, some of them twice."""
    sent = draw(st.lists(said, min_size=1, max_size=5))
    return sent, draw(st.permutations([*sent, *draw(st.lists(st.sampled_from(sent), max_size=3))]))


@pytest.mark.parametrize("completion", [Completion.OPENED, Completion.WATCHED])
@settings(max_examples=25, **QUIET)
@given(order=orders())
def test_random_orders_end_alike_and_never_go_down(person, course_of_films, order):
    sent, shuffled = order
    assert outcome(person, course_of_films, shuffled) == outcome(person, course_of_films, sent)


@pytest.mark.slow
@pytest.mark.parametrize("completion", [Completion.OPENED, Completion.WATCHED])
@settings(max_examples=500, **QUIET)
@given(order=orders())
def test_a_thousand_random_orders_do_too(person, course_of_films, order):
    sent, shuffled = order
    assert outcome(person, course_of_films, shuffled) == outcome(person, course_of_films, sent)


# Queries


def statements(work):
    """Queries without the marks of transactions."""
    with CaptureQueriesContext(connection) as queries:
        work()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return len([query for query in queries if not query["sql"].startswith(control)])


def test_queries_of_a_save(person, lesson):
    def one(second):
        clips = {VIDEO: clip((0, second), position=second, at=second)}
        return lambda: save(person, lesson, time=[(0, second)], reached=100, clips=clips)

    assert statements(one(10)) == 3  # look for the row, make it, fill it
    assert statements(one(20)) == 2
    assert statements(one(20)) == 1  # nothing new
