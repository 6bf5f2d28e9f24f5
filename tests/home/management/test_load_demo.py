"""The command's own manners."""

import pytest
from django.core.management import CommandError, call_command

from people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_refuses_without_a_password(settings: object) -> None:
    settings.DEMO_PASSWORD = ""  # type: ignore[attr-defined]  # pytest-django's settings object
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("load_demo")
    assert User.objects.count() == 0


def test_if_empty_leaves_a_site_in_use_alone(capsys: pytest.CaptureFixture[str]) -> None:
    UserFactory()
    call_command("load_demo", if_empty=True)
    assert User.objects.count() == 1
    assert "no demo accounts" in capsys.readouterr().out


def test_day_must_be_a_date() -> None:
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("load_demo", "--today", "yesterday")
