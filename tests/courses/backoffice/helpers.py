"""A training office, a clerk of a law firm, and what they type into the form of a class."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext

from courses.models import ClassSession, CourseRun
from people.models import Unit, User
from people.services.roles import sync_roles
from tests.factories import UnitFactory, UserFactory, catalogue
from tests.people.helpers import person_with

# Whole minutes: the forms of the office know no seconds.
NOW = timezone.now().replace(second=0, microsecond=0)


def say(msgid: str, **values: Any) -> str:
    """The sentence in Chinese, as the screen shows it; its wording is the translators' business."""
    with translation.override("zh-hans"):
        return gettext(msgid) % values if values else gettext(msgid)


@dataclass
class Town:
    section: Unit
    firm: Unit
    office: User
    clerk: User
    leader: User
    trainer: User


def town() -> Town:
    catalogue()
    sync_roles()
    section = UnitFactory(name="东湾区司法局政工室", short_name="政工室")
    firm = UnitFactory(name="东湾明正律师事务所", short_name="明正所")
    return Town(
        section=section,
        firm=firm,
        office=person_with("office", name="陈静", unit=section),
        clerk=person_with("clerk", name="李文", unit=firm),
        leader=person_with("leader", name="王局", unit=UnitFactory()),
        trainer=person_with("trainer", name="周敏", unit=section),
    )


def learner(unit: Unit | None, **kwargs: Any) -> User:
    return UserFactory(unit=unit, **kwargs)


def row(day: datetime.date, begins: str = "17:40", ends: str = "19:10", **kwargs: Any) -> dict[str, Any]:
    return {"day": day.isoformat(), "begins": begins, "ends": ends, **kwargs}


def row_of(session: ClassSession, **changes: Any) -> dict[str, Any]:
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return row(starts.date(), f"{starts:%H:%M}", f"{ends:%H:%M}", id=session.pk, **changes)


def typed(rows: list[dict[str, Any]], *, stored: int = 0, **fields: Any) -> dict[str, Any]:
    """The POST data of the form: the fields of the class and its rows, `stored` of which exist already."""
    data: dict[str, Any] = {"sessions-TOTAL_FORMS": len(rows), "sessions-INITIAL_FORMS": stored}
    for number, cells in enumerate(rows):
        data |= {f"sessions-{number}-{name}": value for name, value in cells.items()}
    return data | {name: value for name, value in fields.items() if value is not None}


def fields_of(run: CourseRun, **changes: Any) -> dict[str, Any]:
    """What the form of this class says before anybody changes it."""
    moment = "%Y-%m-%dT%H:%M"
    return {
        "course": run.course_id,
        "class_no": run.class_no,
        "year": run.year,
        "intake_no": run.intake_no,
        "sign_up_opens_at": timezone.localtime(run.sign_up_opens_at).strftime(moment),
        "sign_up_closes_at": timezone.localtime(run.sign_up_closes_at).strftime(moment),
        "capacity": run.capacity,
        "waitlist_enabled": "on",
        "venue": run.venue,
        "organiser": run.organiser_id,
    } | changes
