"""A notice as its reader meets it: the text, its files, the button to confirm."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from home.models import NoticePage, NoticeReceipt
from tests.courses.backoffice.helpers import say
from tests.factories import MaterialFactory, NoticePageFactory, UserFactory, close_to, home_page
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def town() -> Bureau:
    return bureau()


def look(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_notice_shows_number_date_and_attachments(client: Client) -> None:
    notice = NoticePageFactory(document_number="东司发〔2026〕18号", published_on=datetime.date(2026, 11, 2))
    notice.attachments.create(material=MaterialFactory(title="回执"), note="周五前交")
    notice.save()
    html = look(client, notice.url)
    assert "东司发〔2026〕18号" in html
    assert 'datetime="2026-11-02"' in html
    assert "1. 回执" in html
    assert "周五前交" in html
    assert 'id="confirm"' not in html


def test_visitors_are_asked_to_sign_in(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    html = look(client, notice.url)
    assert f"/accounts/login/?next={notice.url}%23confirm" in html
    assert "/confirm/" not in html


def test_one_press_confirms(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_by=TODAY)
    client.force_login(town.inside)
    html = look(client, notice.url)
    assert say("Due today") in html
    [round_] = re.findall(r'name="round" value="(\d+)"', html)
    response = client.post(f"/notices/{notice.pk}/confirm/", {"round": round_}, follow=True)
    assert response.redirect_chain == [(f"{notice.url}#confirm", 302)]
    html = response.content.decode()
    assert say("Thank you. Your confirmation has been recorded.") in html
    assert "/confirm/" not in html
    assert NoticeReceipt.objects.get().person == town.inside


def test_a_second_press_changes_nothing(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    client.force_login(town.inside)
    for _ in range(2):
        assert client.post(f"/notices/{notice.pk}/confirm/", {"round": "1"}).status_code == 302
    assert NoticeReceipt.objects.count() == 1


def test_what_changed_meanwhile_is_read_again(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    client.force_login(town.inside)
    NoticePage.objects.filter(pk=notice.pk).update(confirm_round=2)
    html = client.post(f"/notices/{notice.pk}/confirm/", {"round": "1"}, follow=True).content.decode()
    assert say("The notice has been changed in the meantime. Please read it again, then confirm.") in html
    assert NoticeReceipt.objects.count() == 0


def test_who_is_not_asked_gets_no_button_and_is_refused(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True, confirm_units=[town.elsewhere])
    client.force_login(town.inside)
    assert 'id="confirm"' not in look(client, notice.url)
    html = client.post(f"/notices/{notice.pk}/confirm/", {"round": "1"}, follow=True).content.decode()
    assert say("This notice does not ask you to confirm anything.") in html
    assert NoticeReceipt.objects.count() == 0


def test_confirming_asks_who_one_is(client: Client, town: Bureau) -> None:
    notice = NoticePageFactory(asks=True)
    response = client.post(f"/notices/{notice.pk}/confirm/")
    assert response.headers["Location"] == f"/accounts/login/?next={notice.url}"


def test_a_notice_for_another_unit_does_not_exist(client: Client, town: Bureau) -> None:
    notice = close_to(NoticePageFactory(title="本所通知", asks=True), unit=town.office)
    client.force_login(town.outside)
    assert client.get(notice.url).status_code == 404
    assert client.post(f"/notices/{notice.pk}/confirm/").status_code == 404
    for path in ("/", "/my/", "/notices/", "/search/?q=本所通知", "/search/suggest/?q=本所通知"):
        assert notice.url not in look(client, path)
    client.force_login(town.below)
    for path in ("/", "/my/", "/notices/", notice.url):
        assert "本所通知" in look(client, path)


@pytest.mark.parametrize("path", ["/", "/my/"])
def test_what_waits_stands_on_the_first_page_and_on_my_training(client: Client, town: Bureau, path: str) -> None:
    home_page()
    late = NoticePageFactory(title="晚了", asks=True, confirm_by=TODAY - datetime.timedelta(days=2))
    NoticePageFactory(title="还早", asks=True)
    client.force_login(town.inside)
    html = look(client, path)
    assert re.search(r'id="to-read">([^<]*)<', html)[1].startswith("2")  # type: ignore[index]
    assert re.findall(r'<a class="list__title" href="([^"]*)#confirm">([^<]*)<', html)[0] == (late.url, "晚了")
    NoticeReceipt.objects.create(notice=late, person=town.inside, round=1)
    assert "晚了" not in re.findall(r'#confirm">([^<]*)<', look(client, path))


def test_when_nothing_waits_nothing_is_said(client: Client, town: Bureau) -> None:
    NoticePageFactory()
    client.force_login(town.inside)
    assert 'id="to-read"' not in look(client, "/my/")


@pytest.mark.parametrize("rows", [1, 4])
def test_what_waits_takes_a_constant_number_of_queries(
    client: Client, town: Bureau, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        NoticePageFactory(asks=True)
    client.force_login(UserFactory(unit=town.office))
    look(client, "/my/")
    with django_assert_num_queries(25):
        look(client, "/my/")
