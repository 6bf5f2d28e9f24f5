"""A letter goes out once, whatever the server does: against a mail server on this machine that misbehaves as told."""

import datetime
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from messaging.channels import base, mail
from messaging.enums import DeliveryState, Fault
from messaging.models import Delivery, Message
from messaging.services import deliver as delivering
from messaging.services.deliver import LEASE, deliver
from messaging.services.inbox import save_preferences
from messaging.services.post import post
from people.models import User
from tests.factories import UserFactory
from tests.messaging.conftest import NOON, letter, shanghai
from tests.messaging.servers import MailServer, free_port, mail_server

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
HOUR = 60 * MINUTE
S = DeliveryState


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 0.4)


def posted(person: User, count: int = 1, **facts: Any) -> None:
    post(letters=[letter(person, key=f"event:{number}", **facts) for number in range(count)], at=NOON)


def rows() -> list[tuple[str, int, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "attempts", "last_error"))


def delivered(server: MailServer, at: datetime.datetime = NOON) -> int:
    with override_settings(**server.settings):
        return deliver(at)


# The good day


def test_a_letter_goes_out_and_is_not_sent_again(person):
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        assert [deliver(NOON), deliver(NOON + MINUTE)] == [1, 0]
    [text] = server.taken
    assert (text["To"], text["Subject"], text["Auto-Submitted"]) == (
        "zeng@example.com",
        "您已报名成功",
        "auto-generated",
    )
    assert text["Message-ID"] == f"<letter-{Delivery.objects.get().pk}@localhost>"
    assert "公文写作提升班，12月4日。" in text.get_content()
    assert "http://localhost:8000/my/" in text.get_content()
    assert rows() == [(S.SENT, 1, "")]


def test_one_connection_carries_many_letters(person):
    with mail_server() as server, override_settings(**server.settings):
        posted(person, 12)
        assert (deliver(NOON), server.connections, len(server.taken)) == (12, 1, 12)


def test_urgent_letters_go_first(person):
    with mail_server() as server, override_settings(**server.settings):
        posted(person, 2)
        post(letters=[letter(person, key="now", subject="有名额了", urgent=True)], at=NOON)
        deliver(NOON)
    assert [text["Subject"] for text in server.taken] == ["有名额了", "您已报名成功", "您已报名成功"]


def test_a_letter_before_its_time_waits(person):
    with mail_server() as server, override_settings(**server.settings):
        post(letters=[letter(person)], at=shanghai(2026, 12, 3, 22, 0))
        assert deliver(shanghai(2026, 12, 4, 7, 59)) == 0
        assert deliver(shanghai(2026, 12, 4, 8, 0)) == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [({"email": ""}, Fault.NO_ADDRESS), ({"is_active": False}, Fault.ACCOUNT_OFF)],
)
def test_a_person_who_has_gone_meanwhile_is_skipped(person, change, fault):
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        User.objects.filter(pk=person.pk).update(**change)
        assert (deliver(NOON), server.taken, rows()) == (0, [], [(S.SKIPPED, 1, fault)])


def test_the_letter_speaks_the_language_of_its_reader(person):
    save_preferences(person=person, language="en")
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        deliver(NOON)
    assert "What you get by mail: http://localhost:8000/my/messages/settings/" in server.taken[0].get_content()


# Bad days: nothing is lost, and nothing is sent twice


def test_nobody_listens_and_the_others_stay_as_they_are(person):
    server = MailServer(port=free_port())
    with override_settings(**server.settings):
        posted(person, 2)
        assert deliver(NOON) == 0
    assert rows() == [(S.FAILED, 1, Fault.NO_CONNECTION), (S.QUEUED, 0, "")]


def test_a_server_that_hangs_is_left_alone(person):
    with mail_server(CONNECT="hang") as server, override_settings(**server.settings):
        posted(person, 2)
        assert deliver(NOON) == 0
        assert server.connections == 1
    assert rows() == [(S.FAILED, 1, Fault.NO_CONNECTION), (S.QUEUED, 0, "")]


@pytest.mark.parametrize(
    ("step", "answer", "state", "error"),
    [
        ("CONNECT", "421 busy", S.FAILED, "refused:421"),
        ("MAIL", "451 later", S.FAILED, "refused:451"),
        ("MAIL", "550 no", S.FAILED, "refused:550"),
        ("RCPT", "450 greylisted", S.FAILED, "refused:450"),
        ("RCPT", "550 unknown zeng@example.com", S.GIVEN_UP, "bad_address:550"),
        ("DATA", "452 full", S.FAILED, "refused:452"),
        ("END", "451 later", S.FAILED, "refused:451"),
        ("END", "554 spam", S.FAILED, "refused:554"),
        ("MAIL", "drop", S.FAILED, "no_connection"),
        ("RCPT", "hang", S.FAILED, "no_connection"),
        ("END", "drop", S.IN_DOUBT, "no_answer"),
        ("END", "hang", S.IN_DOUBT, "no_answer"),
    ],
)
def test_what_the_server_does_decides_what_becomes_of_the_letter(person, step, answer, state, error):
    with mail_server(**{step: answer}) as server, override_settings(**server.settings):
        posted(person)
        assert deliver(NOON) == 0
    assert rows() == [(state, 1, error)]


def test_a_refused_letter_does_not_stop_the_next(person):
    with mail_server(RCPT="550 unknown") as server, override_settings(**server.settings):
        posted(person, 3)
        deliver(NOON)
        assert server.connections == 1
    assert rows() == [(S.GIVEN_UP, 1, "bad_address:550")] * 3


def test_a_server_that_comes_back_gets_the_letter_once(person):
    with mail_server(MAIL="451 later") as server, override_settings(**server.settings):
        posted(person)
        assert deliver(NOON) == 0
        server.answers.clear()
        assert [deliver(NOON + 30 * MINUTE / 60), deliver(NOON + MINUTE), deliver(NOON + 2 * MINUTE)] == [0, 1, 0]
    assert (len(server.taken), rows()) == (1, [(S.SENT, 2, "")])


def test_it_is_tried_ever_more_rarely_for_a_day(person):
    moments = []
    with mail_server(MAIL="451 later") as server, override_settings(**server.settings):
        save_preferences(person=person, quiet_from=datetime.time(0), quiet_until=datetime.time(0))
        posted(person)
        while (row := Delivery.objects.get()).state != S.GIVEN_UP:
            moments.append(row.next_try_at)
            deliver(row.next_try_at)
    waits = [(later - earlier) // MINUTE for earlier, later in pairwise(moments)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, *[120] * 11]
    assert moments[-1] - NOON >= 24 * HOUR
    assert (server.taken, Message.objects.count()) == ([], 1)


def test_another_try_does_not_fall_into_quiet_hours(person):
    evening = shanghai(2026, 12, 3, 20, 59)
    with mail_server(MAIL="451 later") as server, override_settings(**server.settings):
        post(letters=[letter(person)], at=evening)
        deliver(evening)
    assert Delivery.objects.get().next_try_at == shanghai(2026, 12, 4, 8, 0)


# The worker dies


class Killed(BaseException):
    """The process is gone: nothing of it runs on."""


def test_who_dies_between_sending_and_noting_it_leaves_a_doubt_not_a_second_mail(person, monkeypatch):
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        with monkeypatch.context() as patch:
            patch.setattr(delivering, "_leave", lambda *args, **facts: (_ for _ in ()).throw(Killed()))
            with pytest.raises(Killed):
                deliver(NOON)
        claimed_until = Delivery.objects.get().claimed_until
        assert (rows(), len(server.taken)) == ([(S.SENDING, 1, "")], 1)
        assert deliver(claimed_until) == 0
        assert rows() == [(S.SENDING, 1, "")]
        after = [deliver(claimed_until + number * MINUTE) for number in range(1, 2000, 60)]
    assert (sum(after), len(server.taken), rows()) == (0, 1, [(S.IN_DOUBT, 1, Fault.NO_ANSWER)])


@pytest.mark.django_db(transaction=True)
def test_the_claim_is_stored_before_the_letter_goes_out(person):
    seen = []

    def look() -> None:
        """From the server's own thread, on a connection of its own."""
        seen.extend(rows())
        connection.close()

    with mail_server() as server, override_settings(**server.settings):
        server.on_text = look
        posted(person)
        assert deliver(NOON) == 1
    assert seen == [(S.SENDING, 1, "")]


def test_two_workers_do_not_take_one_letter(person, monkeypatch):
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        first = delivering._Round("mail", delivering.CHANNELS["mail"], NOON)
        second = delivering._Round("mail", delivering.CHANNELS["mail"], NOON)
        assert (first._claim() is None, second._claim()) == (False, None)


def test_a_late_answer_is_better_than_the_doubt(person):
    with mail_server() as server, override_settings(**server.settings):
        posted(person)
        slow = delivering._Round("mail", delivering.CHANNELS["mail"], NOON)
        delivery = slow._claim()
        delivering.put_in_doubt(delivery.claimed_until + MINUTE)
        assert rows() == [(S.IN_DOUBT, 1, Fault.NO_ANSWER)]
        with slow.channel.line() as line:
            delivering._send(delivery, line, NOON)
    assert rows() == [(S.SENT, 1, "")]


def test_the_lease_outlasts_every_step_of_a_conversation():
    assert datetime.timedelta(seconds=base.TIMEOUT) * 10 < LEASE


# Requests never send


def test_the_page_does_not_wait_for_the_mail_server(person, django_capture_on_commit_callbacks, monkeypatch):
    """On commit one task is put into the worker's queue; a queue that is out of order stops nobody."""
    calls = []
    monkeypatch.setattr("messaging.tasks.deliver_now", type("Task", (), {"enqueue": lambda: calls.append(1)}))
    with override_settings(MAIL_URL="smtp://localhost"), django_capture_on_commit_callbacks(execute=True):
        post(letters=[letter(person, urgent=True), letter(UserFactory(email="b@example.com"), urgent=True)])
    assert (calls, rows()) == ([1], [(S.QUEUED, 0, "")] * 2)


def test_a_queue_that_is_out_of_order_loses_nothing(person, django_capture_on_commit_callbacks, monkeypatch):
    def broken() -> None:
        raise OSError

    monkeypatch.setattr("messaging.tasks.deliver_now", type("Task", (), {"enqueue": broken}))
    with mail_server() as server, override_settings(**server.settings):
        with django_capture_on_commit_callbacks(execute=True):
            posted(person, urgent=True)
        assert (rows(), deliver(NOON), len(server.taken)) == ([(S.QUEUED, 0, "")], 1, 1)


def test_the_log_names_no_address(person, caplog):
    with mail_server(RCPT="550 unknown zeng@example.com") as server, override_settings(**server.settings):
        posted(person)
        deliver(NOON)
    assert "was not sent: bad_address:550" in caplog.text
    assert "zeng" not in caplog.text
