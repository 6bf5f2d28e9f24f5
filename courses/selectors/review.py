"""Which pages wait in the review, at which step, on whom. A constant number of queries for any number of pages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from wagtail.models import Page, Task, WorkflowState

from courses.models import ChannelPage, SecrecyReview, SectionReview
from courses.models.review import ReviewStep
from people.models import Unit, User

STEPS: tuple[type[ReviewStep], ...] = (SectionReview, SecrecyReview)


@dataclass(frozen=True)
class Waiting:
    """Where one page stands. Sent back, it waits on the person who submitted it."""

    page: Page
    channel: ChannelPage | None
    step: str
    people: list[User]
    since: datetime.datetime
    comment: str


def waiting(states: Iterable[WorkflowState]) -> dict[int, Waiting]:
    """Describe active states that come with `current_task_state__task` and `requested_by`; the key is the state's."""
    rows = list(states)
    pages = Page.objects.in_bulk([int(state.object_id) for state in rows])
    channels = list(ChannelPage.objects.select_related("section").defer("introduction"))
    members = _members()
    return {
        state.pk: _describe(state, page, _channel_of(page, channels), members)
        for state in rows
        if (page := pages.get(int(state.object_id)))
    }


def _describe(state: Any, page: Page, channel: ChannelPage | None, members: _Members) -> Waiting:
    at = state.current_task_state
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        asked = [state.requested_by] if state.requested_by else []
        return Waiting(page, channel, at.task.name, asked, at.finished_at or at.started_at, at.comment)
    people = [one for one in members.who(at.task, channel) if one.pk != state.requested_by_id]
    return Waiting(page, channel, at.task.name, people, at.started_at, "")


def _channel_of(page: Page, channels: Iterable[ChannelPage]) -> ChannelPage | None:
    return next((channel for channel in channels if page.path.startswith(channel.path)), None)


class _Members:
    """Who may take which step."""

    def __init__(self, people: dict[int, list[User]], sectional: set[int], parents: dict[int, int | None]) -> None:
        self.people, self.sectional, self.parents = people, sectional, parents

    def who(self, task: Task, channel: ChannelPage | None) -> list[User]:
        people = self.people.get(task.pk, [])
        if task.pk not in self.sectional or channel is None or channel.section_id is None:
            return people
        above = self._above(channel.section_id)
        return [one for one in people if one.unit and one.unit.pk in above]

    def _above(self, unit: int | None) -> set[int]:
        chain: set[int] = set()
        while unit is not None and unit not in chain:
            chain.add(unit)
            unit = self.parents.get(unit)
        return chain


def _members() -> _Members:
    users = Prefetch("groups__user_set", User.objects.filter(is_active=True).with_unit())
    steps = [step for kind in STEPS for step in kind.objects.prefetch_related(users)]
    people = {step.pk: _unique(user for group in step.groups.all() for user in group.user_set.all()) for step in steps}
    sectional = {step.pk for step in steps if isinstance(step, SectionReview)}
    return _Members(people, sectional, dict(Unit.objects.values_list("pk", "parent_id")))


def _unique(users: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())
