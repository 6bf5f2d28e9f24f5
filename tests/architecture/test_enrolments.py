"""Nothing but the services makes or moves an enrolment, and every refusal is written down with its test."""

import re
from pathlib import Path

from courses import errors
from courses.services.rules import CODES, WARNING_CODES

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("cms", "core", "courses", "home", "messaging", "people")
MAKERS = {"courses/services/enrolment.py"}
WRITES = re.compile(
    r"Enrolment(?:Event)?\.objects(?:\.\w+\([^)]*\))*\.(?:create|bulk_create|get_or_create|update|delete)\("
)
INSTANCE = re.compile(r"\bEnrolment\(\s*(?:run|person|\*\*)")
# Where enrolments change besides: each of these is a service that holds the run's lock.
MOVERS = MAKERS | {"courses/services/transitions.py", "courses/services/promotion.py", "courses/services/offers.py"}
CODE = re.compile(r"^\| `(\w+)` \|(.*)\|$", re.MULTILINE)
SIGN_UP_ERRORS = (
    errors.KeyReused, errors.OfferEnded, errors.TransitionRefused, errors.WithdrawalTooLate, errors.ReasonRefused,
    errors.ChangeRefused, errors.QuotaRefused, errors.NominationRefused, errors.CapacityBelowSeatsTaken,
    errors.RunNotEditable,
)  # fmt: skip
RAISED_BY_NAME = {"enrolled"}


def sources() -> dict[str, str]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_only_the_services_make_and_move_enrolments() -> None:
    found = {name for name, text in sources().items() if WRITES.search(text) or INSTANCE.search(text)}
    assert found <= MOVERS
    assert "courses/services/enrolment.py" in found  # the patterns do find what they look for


def documented() -> dict[str, str]:
    return dict(CODE.findall((ROOT / "docs/rules/enrolment.md").read_text(encoding="utf-8")))


def test_every_code_of_refusal_is_documented() -> None:
    raised = {error.code for error in SIGN_UP_ERRORS} | RAISED_BY_NAME
    assert set(documented()) == CODES | WARNING_CODES | raised


def test_every_sentence_in_the_table_is_the_one_that_people_read() -> None:
    catalogue = (ROOT / "locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8").replace('"\n"', "")
    sentences = [row.split("|")[1].strip() for code, row in documented().items() if code in CODES | WARNING_CODES]
    assert [sentence for sentence in sentences if f'msgid "{sentence}"' not in catalogue] == []


def test_every_code_has_its_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/courses").rglob("test_*.py"))
    named = {code: re.findall(r"`(test_\w+)`", row) for code, row in documented().items()}
    assert [code for code, names in named.items() if not names or f"def {names[-1]}(" not in tests] == []
