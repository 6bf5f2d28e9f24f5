"""Production settings fail closed and name what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
GOOD = {
    "SECRET_KEY": "s" * 60,
    "ALLOWED_HOSTS": "training.example",
    "DATABASE_URL": "sqlite:////tmp/never-made.sqlite3",
    "BASE_URL": "https://training.example",
    "MAIL_URL": "smtp://mail.example:25",
}


def start(**changed: str) -> tuple[int, str]:
    """Import the settings in a fresh process; return the exit code and the last line of what it said."""
    environment = {**GOOD, **changed, "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cms.settings.production"}
    code = "from django.conf import settings; print(settings.DEBUG, settings.SESSION_COOKIE_NAME)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


def test_starts_with_everything_set() -> None:
    assert start() == (0, "False __Host-session")


@pytest.mark.parametrize("name", GOOD)
def test_names_the_missing_variable(name: str) -> None:
    code, said = start(**{name: ""})
    assert code == 1
    assert said.endswith(f"Set these environment variables before starting: {name}")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "short", "at least 50 characters"),
        ("SECRET_KEY", "development-only-" + "k" * 50, "must be secret"),
        ("ALLOWED_HOSTS", "*", "any"),
    ],
)
def test_refuses_what_would_be_open(name: str, value: str, reason: str) -> None:
    code, said = start(**{name: value})
    assert (code, reason in said) == (1, True)
