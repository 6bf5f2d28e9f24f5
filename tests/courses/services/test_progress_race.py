"""Saves of one person from many devices at once: real threads, the real database, and the control without the lock."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.db import turns
from courses.models import LessonProgress
from courses.services import batches, progress
from courses.signals import lesson_completed
from tests.courses.services.test_race import plain_begin
from tests.factories import LessonPageFactory, UserFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DEVICES, SAVES = 8, 12
NOW = timezone.now().replace(microsecond=0)
OPENED = NOW - datetime.timedelta(hours=1)


def everything_at_once(person, lesson):
    """Every device saves pieces that overlap its neighbours' by half, all from one barrier; return what was raised."""
    barrier, errors, start = threading.Barrier(DEVICES), [], int(OPENED.timestamp())
    signed = batches.ticket(person, lesson, OPENED)

    def one(device):
        try:
            barrier.wait()
            for number in range(SAVES):
                begin = start + (number * DEVICES + device) * 10
                data = {"ticket": signed, "time": [[begin, begin + 20]], "reached": min(100, number * DEVICES + device)}
                progress.save(person=person, lesson=lesson, data=data, at=NOW)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the result
            errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(DEVICES) as pool:
        list(pool.map(one, range(DEVICES)))
    return errors


def saved():
    return list(LessonProgress.objects.values_list("seconds", "reached"))


WHOLE = [(DEVICES * SAVES * 10 + 10, DEVICES * SAVES - 1)]


def test_devices_at_once_lose_nothing_and_count_nothing_twice():
    person, lesson = UserFactory(), LessonPageFactory()
    assert everything_at_once(person, lesson) == []
    assert saved() == WHOLE


def test_without_the_lock_the_same_saves_go_wrong(monkeypatch):
    """The negative control: the test above proves something only if this one fails."""
    if connection.vendor == "sqlite":  # there the lock is IMMEDIATE, so the control has to go without it
        monkeypatch.setattr(type(connections["default"]), "_start_transaction_under_autocommit", plain_begin)
        monkeypatch.setattr(turns, "_turn", nullcontext())
    rows = LessonProgress.objects.all
    monkeypatch.setattr(type(rows()), "select_for_update", lambda self, **_options: self.all())
    person, lesson = UserFactory(), LessonPageFactory()
    errors = everything_at_once(person, lesson)
    assert (errors, saved()) != ([], WHOLE)


def test_a_lesson_is_completed_once_however_many_devices_say_so():
    person, lesson, told = UserFactory(), LessonPageFactory(), []
    barrier = threading.Barrier(DEVICES)
    data = {"ticket": batches.ticket(person, lesson, OPENED), "reached": 100}

    def hear(progress, **_more):
        told.append(progress.pk)

    def one(_device):
        try:
            barrier.wait()
            progress.save(person=person, lesson=lesson, data=data, at=NOW)
        finally:
            connections.close_all()

    lesson_completed.connect(hear)
    try:
        with ThreadPoolExecutor(DEVICES) as pool:
            list(pool.map(one, range(DEVICES)))
    finally:
        lesson_completed.disconnect(hear)
    assert told == [LessonProgress.objects.get().pk]
