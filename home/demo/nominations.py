"""What units have drawn up and handed in (报送名单)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from courses.models import CourseRun
from courses.services.nominations import Named, save_list, sign, submit
from home.demo.signups import EVENING_BEFORE
from people.models import Unit, User

if TYPE_CHECKING:
    from home.demo.runs import Plan


def load(plan: Plan, run: CourseRun) -> None:
    """Draw up each list; one that names who signed it is handed in."""
    for given in plan.details.get("lists", []):
        _load(plan, run, given)


def _load(plan: Plan, run: CourseRun, given: dict[str, Any]) -> None:
    at = plan.days.at(-1, EVENING_BEFORE)
    clerk = User.objects.get(username=given["drafted"])
    people = [Named(User.objects.get(work_number=number)) for number in given["people"]]
    made = save_list(run=run, unit=Unit.objects.get(name=given["unit"]), people=people, by=clerk, at=at)
    if "signed" in given:
        signed = sign(nomination=made, by=User.objects.get(username=given["signed"]))
        submit(nomination=signed, by=clerk, at=at)
