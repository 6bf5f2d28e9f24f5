"""Reminders by mail: to those with an address, where there is a mail server."""

from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from home.models import NoticeReminder
from home.services.confirmations import remind
from home.tasks import mail_reminders
from people.models import User
from tests.factories import NoticePageFactory
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Bureau:
    town = bureau()
    User.objects.filter(pk=town.inside.pk).update(email="zeng@example.com")
    return town


def reminded(town: Bureau) -> list[int]:
    notice = NoticePageFactory(title="保密培训", asks=True, confirm_units=[town.office])
    return [one.pk for one in remind(notice=notice, people=User.objects.all(), by=town.outside)]


def test_those_with_an_address_get_one_mail(town: Bureau) -> None:
    assert mail_reminders.call(reminded(town)) == 1
    [message] = mail.outbox
    assert (message.to, "保密培训" in message.subject) == (["zeng@example.com"], True)
    assert "曾小红" in message.body
    assert "/notices/" in message.body


def test_a_server_that_refuses_one_does_not_stop_the_others(
    town: Bureau, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=town.below.pk).update(email="shan@example.com")
    sent: list[str] = []

    def send(message: Any) -> int:
        if message.to == ["zeng@example.com"]:
            raise OSError("no route")
        sent.extend(message.to)
        return 1

    monkeypatch.setattr("home.mail.EmailMessage.send", send)
    assert mail_reminders.call(reminded(town)) == 1
    assert sent == ["shan@example.com"]
    assert "zeng@example.com" not in caplog.text


@pytest.mark.parametrize(("url", "mails"), [("", 0), ("smtp://localhost", 1)])
def test_without_a_mail_server_the_site_alone_reminds(
    town: Bureau, django_capture_on_commit_callbacks: Any, url: str, mails: int
) -> None:
    with override_settings(MAIL_URL=url), django_capture_on_commit_callbacks(execute=True):
        reminded(town)
    assert NoticeReminder.objects.count() == 2
    assert len(mail.outbox) == mails
