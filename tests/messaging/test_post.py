"""One event is one letter, in the inbox always, in the outbox as its receiver wants it."""

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from core.invariants import faults
from messaging.enums import DeliveryState, Fault, Topic
from messaging.models import Delivery, Message, Preferences
from messaging.services.inbox import save_preferences
from messaging.services.post import post
from tests.factories import UserFactory
from tests.messaging.conftest import NOON, letter, shanghai

pytestmark = pytest.mark.django_db
MAIL = override_settings(MAIL_URL="smtp://localhost")
HOOK = override_settings(WEBHOOK_URL="http://localhost/hook", WEBHOOK_SECRET="s")


def outbox() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("channel", "state", "last_error"))


@MAIL
def test_a_letter_stands_in_the_inbox_and_waits_in_the_outbox(person):
    assert post(letters=[letter(person)], at=NOON) == 1
    message = Message.objects.get()
    facts = (message.person, message.subject, message.topic, message.url, message.created_at, message.read_at)
    assert facts == (person, "您已报名成功", Topic.SIGN_UPS, "/my/", NOON, None)
    assert outbox() == [("mail", DeliveryState.QUEUED, "")]
    assert list(faults()) == []


@MAIL
def test_an_event_that_is_told_twice_is_one_letter(person):
    other = UserFactory()
    counts = [post(letters=[letter(person)]), post(letters=[letter(person), letter(other)]), post(letters=[])]
    assert (counts, Message.objects.count(), Delivery.objects.count()) == ([1, 1, 0], 2, 2)


@MAIL
def test_the_same_event_twice_in_one_call_is_one_letter(person):
    assert (post(letters=[letter(person), letter(person)]), Delivery.objects.count()) == (1, 1)


def test_a_letter_goes_with_the_transaction_of_its_event(person):
    with transaction.atomic():
        post(letters=[letter(person)])
        transaction.set_rollback(True)
    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"email": ""}, Fault.NO_ADDRESS),
        ({"email": "a@example.com", "is_active": False}, Fault.ACCOUNT_OFF),
        ({"email": "b@example.com"}, Fault.NOT_WANTED),
    ],
)
@MAIL
def test_who_has_no_mail_has_the_inbox_alone(facts: dict[str, Any], fault: str):
    reader = UserFactory(**facts)
    save_preferences(person=reader, mail_sign_ups=fault != Fault.NOT_WANTED)
    post(letters=[letter(reader)])
    assert (Message.objects.count(), outbox()) == (1, [("mail", DeliveryState.SKIPPED, fault)])


def test_without_a_mail_server_the_inbox_is_all(person):
    post(letters=[letter(person)])
    assert outbox() == [("mail", DeliveryState.SKIPPED, Fault.NO_SERVER)]


@pytest.mark.parametrize(("wanted", "state"), [(False, DeliveryState.SKIPPED), (True, DeliveryState.QUEUED)])
@MAIL
def test_what_one_did_oneself_is_read_already_and_mailed_on_demand_alone(person, wanted, state):
    save_preferences(person=person, mail_own=wanted)
    post(letters=[letter(person, own=True)], at=NOON)
    assert (Message.objects.get().read_at, Message.objects.get().topic) == (NOON, Topic.OWN)
    assert [state_ for _channel, state_, _fault in outbox()] == [state]


@pytest.mark.parametrize(
    ("at", "urgent", "first_try"),
    [
        (NOON, False, NOON),
        (shanghai(2026, 12, 3, 20, 59), False, shanghai(2026, 12, 3, 20, 59)),
        (shanghai(2026, 12, 3, 21, 0), False, shanghai(2026, 12, 4, 8, 0)),
        (shanghai(2026, 12, 4, 2, 0), False, shanghai(2026, 12, 4, 8, 0)),
        (shanghai(2026, 12, 4, 8, 0), False, shanghai(2026, 12, 4, 8, 0)),
        (shanghai(2026, 12, 4, 2, 0), True, shanghai(2026, 12, 4, 2, 0)),
    ],
)
@MAIL
def test_what_can_wait_waits_until_the_morning(person, at, urgent, first_try):
    post(letters=[letter(person, urgent=urgent)], at=at)
    assert Delivery.objects.get().next_try_at == first_try


@MAIL
def test_own_quiet_hours_hold_and_equal_ones_are_none(person):
    hours = datetime.time(12), datetime.time(14)
    save_preferences(person=person, quiet_from=hours[0], quiet_until=hours[1])
    assert Preferences.objects.get().not_before(NOON) == shanghai(2026, 12, 3, 14, 0)
    save_preferences(person=person, quiet_until=hours[0])
    assert Preferences.objects.get().not_before(NOON) == NOON


def test_a_subject_is_one_line(person):
    post(letters=[letter(person, subject="改期\r\nBcc: all@example.com")])
    assert Message.objects.get().subject == "改期 Bcc: all@example.com"


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "my/"])
def test_a_letter_leads_to_this_site_only(person, url):
    with pytest.raises(ValueError, match="this site"):
        post(letters=[letter(person, url=url)])


def test_a_kind_that_nobody_declared_is_refused(person):
    with pytest.raises(LookupError):
        post(letters=[letter(person, kind="unheard_of")])


def test_a_notice_to_the_group_needs_a_group():
    assert (post(letters=[letter(None)]), Message.objects.count()) == (0, 0)


@HOOK
def test_a_notice_to_the_group_goes_out_once():
    assert (post(letters=[letter(None)]), post(letters=[letter(None)])) == (1, 0)
    assert outbox() == [("webhook", DeliveryState.QUEUED, "")]
    assert list(faults()) == []


@pytest.mark.parametrize("count", [1, 20])
@MAIL
def test_posting_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    people = [UserFactory(email=f"p{number}@example.com") for number in range(count)]
    with django_assert_num_queries(4):
        post(letters=[letter(one) for one in people])


@MAIL
def test_the_worker_is_called_when_something_is_due(person, django_capture_on_commit_callbacks):
    def called(**facts: Any) -> int:
        with django_capture_on_commit_callbacks() as calls:
            post(letters=[letter(person, **facts)], at=facts.pop("at", None))
        return len(calls)

    assert called(key="1", urgent=True) == 1
    assert called(key="1", urgent=True) == 0  # told before
    assert called(key="2", own=True) == 0


def test_invariants_see_a_letter_without_its_line(person):
    post(letters=[letter(person)])
    Delivery.objects.all().delete()
    assert [name for name, _sentence in faults()] == ["messaging.outbox_follows_inbox"]


@MAIL
def test_invariants_see_what_stays_in_sending(person):
    post(letters=[letter(person)])
    Delivery.objects.update(state=DeliveryState.SENDING, claimed_until=shanghai(2020, 1, 1))
    assert [name for name, _sentence in faults()] == ["messaging.nothing_stays_in_sending"]
