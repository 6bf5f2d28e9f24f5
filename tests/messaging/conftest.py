"""A kind of letter for each topic, and a clock in the middle of the day."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from messaging import topics
from messaging.enums import Topic
from messaging.services.post import Letter
from people.models import User
from tests.factories import UserFactory


def shanghai(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=timezone.get_default_timezone())


NOON = shanghai(2026, 12, 3, 12, 0)


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_topics", {"news": Topic.SIGN_UPS, "reminder": Topic.REMINDERS})


@pytest.fixture
def person() -> User:
    return UserFactory(name="曾小红", email="zeng@example.com")


def letter(person: User | None, key: str = "event:1", **facts: Any) -> Letter:
    given = {"kind": "news", "subject": "您已报名成功", "body": "公文写作提升班，12月4日。", "url": "/my/", **facts}
    return Letter(person=person, key=key, **given)
