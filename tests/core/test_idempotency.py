"""Sending a form twice: one effect, the same answer."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from core.idempotency import forget_answers
from core.models import StoredAnswer
from courses.models import BusyTime, EnrolmentEvent
from people.models import User
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/my/busy/"


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def entry(once: str = "key-1", **changes: Any) -> dict[str, Any]:
    day = timezone.localdate() + datetime.timedelta(days=3)
    return {
        "once": once,
        "kind": "duty",
        "day": day.isoformat(),
        "begins": "09:00",
        "ends": "11:00",
        "note": "",
        **changes,
    }


def test_the_same_form_twice_is_one_effect_and_one_answer():
    client = client_of(UserFactory())
    first, second = client.post(ADDRESS, entry()), client.post(ADDRESS, entry())
    assert [(answer.status_code, answer.url) for answer in (first, second)] == [(302, ADDRESS)] * 2
    assert (BusyTime.objects.count(), StoredAnswer.objects.count()) == (1, 1)


def test_the_answer_that_was_lost_is_told_again():
    person = UserFactory()
    client_of(person).post(ADDRESS, entry())  # the browser never saw this one
    client = client_of(person)
    client.post(ADDRESS, entry())
    assert "已记录" in client.get(ADDRESS).content.decode()


def test_the_same_key_with_other_words_is_refused():
    client = client_of(UserFactory())
    client.post(ADDRESS, entry())
    answer = client.post(ADDRESS, entry(kind="court"))
    assert (answer.status_code, BusyTime.objects.values_list("kind", flat=True).get()) == (422, "duty")
    assert "这张表已经提交过" in answer.content.decode()


def test_the_key_of_somebody_else_is_a_new_form():
    for person in (UserFactory(), UserFactory()):
        assert client_of(person).post(ADDRESS, entry()).status_code == 302
    assert BusyTime.objects.count() == 2


def test_a_form_with_an_error_may_be_sent_again_with_the_same_key():
    client = client_of(UserFactory())
    wrong = client.post(ADDRESS, entry(ends="08:00"))
    right = client.post(ADDRESS, entry())
    assert (wrong.status_code, right.status_code, BusyTime.objects.count()) == (422, 302, 1)


def test_after_a_day_the_key_is_new():
    client = client_of(UserFactory())
    client.post(ADDRESS, entry())
    BusyTime.objects.all().delete()
    assert forget_answers(timezone.now() + datetime.timedelta(hours=25)) == 1
    client.post(ADDRESS, entry())
    assert BusyTime.objects.count() == 1


def test_a_view_that_fails_leaves_nothing_and_may_be_tried_again(monkeypatch: Any):
    client = client_of(UserFactory())
    client.raise_request_exception = False

    def fail_after_the_effect(**data: Any) -> None:
        BusyTime.objects.create(**data)
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("courses.views.busy.add_busy_time", fail_after_the_effect)
        assert client.post(ADDRESS, entry()).status_code == 500
    assert (BusyTime.objects.count(), StoredAnswer.objects.count()) == (0, 0)
    assert client.post(ADDRESS, entry()).status_code == 302


def test_without_a_key_and_without_a_person_nothing_is_kept():
    Client().post(ADDRESS, entry())
    client = client_of(UserFactory())
    client.post(ADDRESS, {name: value for name, value in entry().items() if name != "once"})
    assert (StoredAnswer.objects.count(), BusyTime.objects.count()) == (0, 1)


def test_withdrawing_twice_by_the_same_form_is_one_event():
    held = EnrolmentFactory(run=CourseRunFactory())
    client = client_of(held.person)
    address = f"/enrolments/{held.pk}/withdraw/"
    answers = [client.post(address, {"once": "key-2", "reason": "出差"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert EnrolmentEvent.objects.filter(to_status="withdrawn").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_at_once_are_one(monkeypatch: Any):
    person, barrier, form = UserFactory(), threading.Barrier(5), entry()

    def always_new(*, person: User, **data: Any) -> BusyTime:
        """The view's service finds equal rows; this one does not, so that the key alone must hold."""
        return BusyTime.objects.create(person=person, **data)

    monkeypatch.setattr("courses.views.busy.add_busy_time", always_new)

    def send(_number: int) -> int:
        client = client_of(person)
        barrier.wait()
        try:
            return client.post(ADDRESS, form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        codes = list(pool.map(send, range(5)))
    assert (codes, BusyTime.objects.count()) == ([302] * 5, 1)
