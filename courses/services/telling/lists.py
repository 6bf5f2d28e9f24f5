"""Lists of units, told to whoever drew them up; quotas that end soon, told to the clerks."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import dates
from courses.enums import ON_ROSTER, EnrolmentStatus, RunStatus
from courses.models import Nomination, RunQuota
from courses.services.facts import unit_parents, units_above
from courses.services.telling.words import Text, class_lines, letters_to, reason_line
from messaging.services.post import Letter, post
from people.models import Membership, User
from people.roles import BY_CODE

LAST_DAYS = datetime.timedelta(days=2)
Clerks = dict[int, list[User]]


def list_returned(nomination: Nomination, *, by: Any) -> None:
    """Tell the clerk what the office wants changed."""
    _tell_clerk(nomination, by, "list_returned", lambda: _returned(nomination))


def list_decided(nomination: Nomination, *, by: Any) -> None:
    """Tell the clerk how the office decided."""
    became = Counter(nomination.enrolments.values_list("status", flat=True))
    _tell_clerk(nomination, by, "list_decided", lambda: _decided(nomination, became))


def _tell_clerk(nomination: Nomination, by: Any, kind: str, word: Any) -> None:
    letters = letters_to(
        [nomination.drafted_by],
        lambda _person: word(),
        by=by,
        kind=kind,
        key=f"{kind}:{nomination.pk}:{nomination.changed_at.isoformat()}",
        url=reverse("nominations:inspect", args=[nomination.pk]),
    )
    post(letters=letters)


def _returned(nomination: Nomination) -> Text:
    return Text(
        _("List returned for change: %(course)s") % {"course": nomination.run.course.title},
        [
            _("The training office has returned the list of %(unit)s.") % {"unit": nomination.unit},
            reason_line(nomination.comment),
            *class_lines(nomination.run),
        ],
    )


def _decided(nomination: Nomination, became: Counter[str]) -> Text:
    counts = {
        "admitted": sum(became[status] for status in ON_ROSTER),
        "waiting": became[EnrolmentStatus.WAITLISTED] + became[EnrolmentStatus.OFFERED],
        "refused": became[EnrolmentStatus.DECLINED],
    }
    words = _("Admitted: %(admitted)d. On the waiting list: %(waiting)d. Not admitted: %(refused)d.")
    return Text(
        _("List decided: %(course)s") % {"course": nomination.run.course.title},
        [words % counts, *class_lines(nomination.run)],
    )


def quotas_end_soon(at: datetime.datetime) -> int:
    """Remind the clerks of seats that go to the queue within two days; return how many letters are new."""
    ending = RunQuota.objects.filter(
        run__status=RunStatus.PUBLISHED, run__quota_released_at=None, run__quota_until__gt=at,
        run__quota_until__lte=at + LAST_DAYS, seats__gt=F("taken") + F("released"),
    )  # fmt: skip
    quotas = list(ending.select_related("run__course", "unit"))
    clerks = _clerks(at) if quotas else {}
    parents = unit_parents() if quotas else {}
    return post(letters=[letter for quota in quotas for letter in _letters(quota, clerks, parents)], at=at)


def _clerks(at: datetime.datetime) -> Clerks:
    """By the unit to which they belong."""
    current = Membership.objects.current(timezone.localdate(at)).filter(
        person__groups__name=BY_CODE["clerk"].name, person__is_active=True
    )
    found: Clerks = defaultdict(list)
    for row in current.select_related("person__message_preferences"):
        found[row.unit_id].append(row.person)
    return found


def _letters(quota: RunQuota, clerks: Clerks, parents: dict[int, int | None]) -> Iterable[Letter]:
    """To the clerks of the unit; if it has none, to those of the nearest unit above it."""
    near = next((clerks[unit] for unit in units_above(quota.unit_id, parents) if unit in clerks), [])
    return letters_to(
        near,
        lambda _person: _ends(quota),
        kind="quota_ends",
        key=f"quota-ends:{quota.pk}:{_until(quota).isoformat()}",
        url=reverse("nominations:open"),
    )


def _until(quota: RunQuota) -> datetime.datetime:
    until = quota.run.quota_until
    assert until is not None  # only such quotas are asked for  # noqa: S101
    return until


def _ends(quota: RunQuota) -> Text:
    left = ngettext("%(count)d seat of %(unit)s is not used yet.", "%(count)d seats of %(unit)s are not used yet.", quota.unused)  # fmt: skip  # noqa: E501
    until = _("After %(moment)s it goes to the waiting list of everybody.")
    return Text(
        _("Quota ends soon: %(course)s") % {"course": quota.run.course.title},
        [
            left % {"count": quota.unused, "unit": quota.unit},
            until % {"moment": dates.moment(_until(quota))},
            *class_lines(quota.run),
        ],
    )
