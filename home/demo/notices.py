"""Notices of the demo bureau; their dates follow the load day."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from home.demo import library, source
from home.demo.confirmations import confirm_some
from home.demo.publishing import publish
from home.demo.runs import plans
from home.demo.workdays import Workdays
from home.models import NoticeAttachment, NoticeIndexPage, NoticePage
from home.services.body import stream
from people.models import PageReader, Profession, User

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
        _connect(page, entry)
        publish(page, editor=editor, reviewer=reviewer)
        if "confirm" in entry:
            confirm_some(page, entry["confirm"]["share"], days)
    return len(missing)


def _connect(page: NoticePage, entry: dict[str, Any]) -> None:
    """Add what hangs on the page: files, professions, readers, whom it asks."""
    for attached in entry.get("attachments", []):
        page.attachments.add(NoticeAttachment(material=library.file(attached["file"]), note=attached["note"]))
    page.professions.set(Profession.objects.filter(name__in=entry.get("professions", [])))
    asked = entry.get("confirm", {}).get("professions", [])
    page.confirm_professions.set(Profession.objects.filter(name__in=asked))
    if entry.get("readers"):
        page.readers.add(PageReader(scope=entry["readers"]))


def _page(entry: dict[str, Any], days: Workdays, classes: dict[str, str]) -> NoticePage:
    issued = days.day(entry["offset"])
    confirm = entry.get("confirm")
    filled = _fill(entry, {"year": str(issued.year), **classes}, days)
    return NoticePage(
        title=filled["title"],
        slug=filled["slug"],
        document_number=f"东司发〔{issued.year}〕{entry['number']}号" if entry["number"] else "",
        issued_by=filled["issued_by"],
        published_on=issued,
        category=entry.get("category", "notice"),
        confirm_required=confirm is not None,
        confirm_by=days.day(confirm["by"]) if confirm else None,
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
