"""Profiles of those who teach at the demo bureau."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from home.demo import source
from home.demo.publishing import publish
from home.models import TrainerIndexPage, TrainerPage
from home.services.body import stream
from people.models import User


@transaction.atomic
def load_trainers() -> int:
    """Publish the profiles that are missing, found by their address. Return how many."""
    index = TrainerIndexPage.objects.get()
    known = set(index.get_children().values_list("slug", flat=True))
    missing = [entry for entry in source.text("trainers") if entry["slug"] not in known]
    editor, reviewer = (User.objects.get(username=login) for login in ("editor", "reviewer"))
    for entry in missing:
        page = _page(entry)
        page.owner = editor
        index.add_child(instance=page)
        publish(page, editor=editor, reviewer=reviewer)
    return len(missing)


def _page(entry: dict[str, Any]) -> TrainerPage:
    work_no = entry.get("work_no")
    return TrainerPage(
        title=entry["name"],
        slug=entry["slug"],
        person=User.objects.get(work_number=work_no) if work_no else None,
        post=entry["post"],
        expertise="\n".join(entry["expertise"]),
        summary=entry["summary"],
        search_description=entry["summary"],
        body=stream(entry["body"], seed=entry["slug"]),
    )
