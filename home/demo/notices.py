"""Notices of the demo bureau; their dates follow the load day."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from home.demo import source
from home.demo.publishing import publish
from home.demo.runs import plans
from home.demo.workdays import Workdays
from home.models import NoticeIndexPage, NoticePage
from home.services.body import stream
from people.models import User

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@transaction.atomic
def load_notices(days: Workdays) -> int:
    """Publish the notices that are missing, found by their address. Return how many."""
    index = NoticeIndexPage.objects.get()
    known = set(index.get_children().values_list("slug", flat=True))
    missing = [entry for entry in source.text("notices") if entry["slug"] not in known]
    classes = {plan.row.course_code: plan.class_no for plan in plans(days)}
    editor, reviewer = (User.objects.get(username=login) for login in ("editor", "reviewer"))
    for entry in missing:
        page = _page(entry, days, classes)
        page.owner = editor
        index.add_child(instance=page)
        publish(page, editor=editor, reviewer=reviewer)
    return len(missing)


def _page(entry: dict[str, Any], days: Workdays, classes: dict[str, str]) -> NoticePage:
    issued = days.day(entry["offset"])
    filled = _fill(entry, {"year": str(issued.year), **classes}, days)
    return NoticePage(
        title=filled["title"],
        slug=filled["slug"],
        document_number=f"东司发〔{issued.year}〕{entry['number']}号" if entry["number"] else "",
        issued_by=filled["issued_by"],
        published_on=issued,
        summary=filled["summary"],
        search_description=filled["summary"],
        body=stream(filled["body"], seed=filled["slug"]),
    )


def _fill(value: Any, words: dict[str, str], days: Workdays) -> Any:
    """Replace the placeholders in every string of a nested value."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: words.get(found[1]) or _day(int(found[1]), days), value)
    if isinstance(value, list):
        return [_fill(item, words, days) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, words, days) for key, item in value.items()}
    return value


def _day(offset: int, days: Workdays) -> str:
    day = days.day(offset)
    return f"{day.month}月{day.day}日"
