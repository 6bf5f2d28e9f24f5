"""My messages: one's own, read when opened, and the number in the header."""

import datetime

import pytest
from django.test import Client, override_settings

from messaging.models import Message, Preferences
from messaging.services.post import post
from people.models import User
from tests.factories import UserFactory, home_page
from tests.messaging.conftest import NOON, letter

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def reader(client: Client, person: User) -> Client:
    home_page()
    client.force_login(person)
    return client


def filled(person: User, count: int) -> list[Message]:
    for number in range(count):
        post(letters=[letter(person, f"event:{number}", subject=f"消息{number}")], at=NOON + number * HOUR)
    return list(Message.objects.inbox_of(person))


def shown(client: Client, address: str = "/my/messages/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_visitors_are_asked_to_sign_in(client: Client) -> None:
    assert client.get("/my/messages/").headers["Location"] == "/accounts/login/?next=/my/messages/"


def test_the_newest_letter_stands_first_and_nobody_elses(reader: Client, person: User) -> None:
    filled(person, 2)
    post(letters=[letter(UserFactory(), subject="别人的消息")])
    html = shown(reader)
    assert (html.index("消息1") < html.index("消息0"), "别人的消息" in html) == (True, False)
    assert (html.count("letters__item--unread"), "2 条" in html or "2 messages" in html) == (2, True)


def test_an_empty_inbox_says_what_will_stand_there(reader: Client) -> None:
    html = shown(reader)
    assert ("empty__title" in html, "letters__item" in html, 'href="/my/"' in html) == (True, False, True)


def test_the_list_is_paged(reader: Client, person: User) -> None:
    filled(person, 21)
    first, last = shown(reader), shown(reader, "/my/messages/?page=2")
    assert [html.count('class="letters__item') for html in (first, last)] == [20, 1]


def test_opening_a_letter_shows_it_and_marks_it_read(reader: Client, person: User) -> None:
    newest, older = filled(person, 2)
    html = shown(reader, f"/my/messages/{newest.pk}/")
    assert ("公文写作提升班，12月4日。" in html, 'href="/my/"' in html) == (True, True)
    assert list(Message.objects.unread()) == [older]
    read_at = Message.objects.get(pk=newest.pk).read_at
    shown(reader, f"/my/messages/{newest.pk}/")
    assert Message.objects.get(pk=newest.pk).read_at == read_at


def test_another_persons_letter_does_not_exist(reader: Client) -> None:
    [foreign] = filled(UserFactory(), 1)
    assert reader.get(f"/my/messages/{foreign.pk}/").status_code == 404
    assert Message.objects.get().read_at is None


def test_all_are_marked_at_once_and_only_ones_own(reader: Client, person: User) -> None:
    filled(person, 3)
    [foreign] = filled(UserFactory(), 1)
    assert reader.post("/my/messages/read/").headers["Location"] == "/my/messages/"
    assert list(Message.objects.unread()) == [foreign]


def test_the_header_counts_what_is_not_read(reader: Client, person: User) -> None:
    assert "tool__count" not in shown(reader)
    filled(person, 3)
    assert '<span class="tool__count" aria-hidden="true">3</span>' in shown(reader)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_takes_the_same_queries_for_any_number(reader, person, rows, django_assert_num_queries):
    filled(person, rows)
    shown(reader)
    with django_assert_num_queries(9):
        shown(reader)


# What comes by mail


CHOICE = {
    "mail_sign_ups": "on", "mail_own": "on", "quiet_from": "22:00", "quiet_until": "07:30", "language": "en",
}  # fmt: skip


def test_choices_are_stored(reader: Client, person: User) -> None:
    assert reader.post("/my/messages/settings/", CHOICE).status_code == 302
    row = Preferences.objects.get(person=person)
    assert [row.mail_sign_ups, row.mail_changes, row.mail_reminders, row.mail_own] == [True, False, False, True]
    assert (row.quiet, row.language) == ((datetime.time(22), datetime.time(7, 30)), "en")


def test_hours_of_the_site_go_on_following_it(reader: Client, person: User) -> None:
    assert 'value="21:00"' in shown(reader, "/my/messages/settings/")
    reader.post("/my/messages/settings/", CHOICE | {"quiet_from": "21:00", "quiet_until": "08:00"})
    with override_settings(QUIET_HOURS=(datetime.time(20), datetime.time(9))):
        assert Preferences.objects.get(person=person).quiet == (datetime.time(20), datetime.time(9))


def test_a_wrong_time_is_said_and_nothing_is_stored(reader: Client) -> None:
    response = reader.post("/my/messages/settings/", CHOICE | {"quiet_from": "25:00"})
    assert (response.status_code, b"error-summary" in response.content) == (200, True)
    assert Preferences.objects.count() == 0


@pytest.mark.parametrize(
    ("mail_url", "address", "words"),
    [("", "zeng@example.com", False), ("smtp://localhost", "", False), ("smtp://localhost", "zeng@example.com", True)],
)
def test_the_page_says_whether_mail_reaches_the_person(
    client: Client, mail_url: str, address: str, words: bool
) -> None:
    home_page()
    client.force_login(UserFactory(email=address))
    with override_settings(MAIL_URL=mail_url):
        assert ("zeng@example.com" in shown(client, "/my/messages/settings/")) is words
