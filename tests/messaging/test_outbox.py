"""The office's list of outgoing letters, and the button that sends one again."""

from typing import Any

import pytest
from django.test import Client, override_settings
from wagtail.models import ModelLogEntry

from messaging.enums import DeliveryState
from messaging.errors import NothingToSend
from messaging.models import Delivery
from messaging.services.deliver import deliver
from messaging.services.outbox import send_again
from messaging.services.post import post
from people.models import User
from tests.factories import UserFactory
from tests.messaging.conftest import NOON, letter
from tests.messaging.servers import mail_server
from tests.people.helpers import Bureau, bureau, person_with

pytestmark = pytest.mark.django_db
S = DeliveryState
STATES = [S.IN_DOUBT, S.GIVEN_UP]


@pytest.fixture
def town() -> Bureau:
    return bureau()


@pytest.fixture
def office(town: Bureau) -> User:
    return person_with("office", unit=town.top)


def stuck(person: User | None, state: str = S.IN_DOUBT, **facts: Any) -> Delivery:
    with override_settings(MAIL_URL="smtp://localhost", WEBHOOK_URL="http://localhost/"):
        post(letters=[letter(person, key=f"event:{Delivery.objects.count()}", **facts)], at=NOON)
    delivery = Delivery.objects.latest("pk")
    Delivery.objects.filter(pk=delivery.pk).update(state=state, attempts=3, last_error="no_answer")
    delivery.refresh_from_db()
    return delivery


def shown(client: Client, query: str = "") -> str:
    response = client.get(f"/admin/outbox/{query}")
    assert response.status_code == 200
    return response.content.decode()


# Sending again


@pytest.mark.parametrize("state", STATES)
def test_a_letter_goes_out_again_with_the_same_name(person, office, state):
    delivery = stuck(person, state)
    with mail_server() as server, override_settings(**server.settings):
        send_again(delivery=delivery, by=office, at=NOON)
        assert [deliver(NOON), deliver(NOON)] == [1, 0]
    assert [text["Message-ID"] for text in server.taken] == [f"<letter-{delivery.pk}@localhost>"]
    entry = ModelLogEntry.objects.get(action="messaging.sent_again")
    assert (entry.user, entry.data) == (office, {"from": state, "letter": "event:0"})


@pytest.mark.parametrize("state", [S.QUEUED, S.FAILED, S.SKIPPED])
def test_other_letters_are_not_touched(person, office, state):
    delivery = stuck(person, state)
    with pytest.raises(NothingToSend):
        send_again(delivery=delivery, by=office)
    assert Delivery.objects.get().state == state


def test_two_who_press_at_once_send_it_once(person, office):
    delivery = stuck(person)
    send_again(delivery=delivery, by=office)
    with pytest.raises(NothingToSend):
        send_again(delivery=delivery, by=office)


# The list


def test_the_office_reads_counts_and_reasons_but_no_text(client, office, person):
    stuck(person, S.GIVEN_UP, body="只给本人看的内容")
    client.force_login(office)
    html = shown(client)
    assert ("曾小红" in html, "您已报名成功" in html, "只给本人看的内容" in html) == (True, True, False)
    assert html.count("/send-again/") == 1


def test_a_clerk_sees_the_own_people_and_decides_nothing(client, town):
    stuck(town.inside, subject="本所")
    stuck(town.below, subject="下属")
    stuck(town.outside, subject="外单位")
    stuck(None, subject="群通知")
    client.force_login(person_with("clerk", unit=town.office))
    html = shown(client)
    assert [word in html for word in ("本所", "下属", "外单位", "群通知")] == [True, True, False, False]
    assert "/send-again/" not in html


def test_the_list_narrows_to_what_needs_a_decision(client, office, person):
    stuck(person, S.GIVEN_UP, subject="放弃")
    stuck(person, S.IN_DOUBT, subject="存疑")
    stuck(person, S.QUEUED, subject="等待")
    client.force_login(office)
    html = shown(client, "?state=stuck")
    assert [word in html for word in ("放弃", "存疑", "等待")] == [True, True, False]


def test_what_is_not_mailed_is_shown_on_demand_with_its_reason(client, office, person):
    stuck(person, S.SKIPPED, subject="不外发的")
    client.force_login(office)
    assert ["不外发的" in shown(client, query) for query in ("", "?state=skipped")] == [False, True]


def test_the_button_sends_one_letter_again(client, office, person):
    delivery = stuck(person)
    client.force_login(office)
    assert client.post(f"/admin/outbox/{delivery.pk}/send-again/").headers["Location"] == "/admin/outbox/"
    assert Delivery.objects.get().state == S.QUEUED


@pytest.mark.parametrize(("role", "code"), [("clerk", 302), ("editor", 302), ("learner", 302)])
def test_nobody_else_presses_it(client, town, role, code):
    delivery = stuck(town.inside)
    client.force_login(person_with(role, unit=town.office))
    assert client.post(f"/admin/outbox/{delivery.pk}/send-again/").status_code == code
    assert Delivery.objects.get().state == S.IN_DOUBT


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(client, office, rows, django_assert_num_queries):
    for _ in range(rows):
        stuck(UserFactory(email=""))
    client.force_login(office)
    shown(client)
    with django_assert_num_queries(11):
        shown(client)
