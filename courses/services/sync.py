"""Marks that a device kept while it was offline: each is kept once, or refused with a reason that stays to be seen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import audit
from core.db.turns import in_turn
from courses import errors
from courses.enums import AttendanceStatus
from courses.errors import CoursesRefusal, MarkRefused, SyncRefused
from courses.models import AttendanceEvent, AttendanceRules, ClassSession, Enrolment, RefusedMark
from courses.permissions import markable_sessions
from courses.services.marking import CLIENT_ID, check_session, locked, make_event, store
from courses.services.standing import states
from people.models import User

MOST = 500
EARLIEST, LATEST = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2020, 2100))
LONGEST_SKEW = 2**31 - 1
GREATEST_KEY = 2**63
MADE_HERE = frozenset(AttendanceStatus.values) - {AttendanceStatus.MADE_UP}  # made-up is the office's

NOT_FOUND, NOT_ON_ROSTER, TAKEN, DAMAGED = "not_found", "not_on_roster", "id_taken", "damaged"
REASONS: dict[str, str | Promise] = {
    errors.RegisterClosed.code: _("The register was closed before this mark arrived. Ask for a correction."),
    errors.SessionCancelled.code: errors.SessionCancelled.message,
    errors.SessionNotBegun.code: _("The register of this session is not open yet."),
    errors.RunNotEditable.code: errors.RunNotEditable.message,
    NOT_ON_ROSTER: _("This person is not on the roster of this class."),
    NOT_FOUND: _("You do not keep the register of this session."),
    TAKEN: _("Another mark has the same id. Mark this person again."),
    DAMAGED: _("This mark could not be read. Mark this person again."),
}


def reason(code: str) -> str:
    """Why a mark was refused, as a sentence for the person."""
    return str(REASONS.get(code, REASONS[DAMAGED]))


@dataclass
class Sent:
    """One mark as a device sent it; `code` says why it is refused."""

    client_id: str
    session: int = 0
    enrolment: int = 0
    item: dict[str, Any] = field(default_factory=dict)
    code: str = ""

    @property
    def reason(self) -> str:
        return reason(self.code)


@dataclass
class Synced:
    """What became of a batch; `state` as `standing.states`, of every session that the batch names."""

    kept: list[str]
    refused: list[Sent]
    state: dict[str, dict[str, dict[str, Any]]]


# Reading what came


def read(data: Any, at: datetime.datetime) -> list[Sent]:
    """Read {device, sent_at, marks}, up to 500 marks. Raises SyncRefused if it is not that.

    `sent_at` is what the device's clock shows as it sends: the difference from ours is kept with each mark.
    """
    try:
        device, sent_at, marks = str(data["device"]), _moment(data["sent_at"]), list(data["marks"])
        if not CLIENT_ID.fullmatch(device) or len(marks) > MOST:
            raise SyncRefused
        skew = round((sent_at - at).total_seconds())
        common = {"device": device, "skew": max(-LONGEST_SKEW, min(LONGEST_SKEW, skew)), "received_at": at}
        return [_read_mark(mark, common) for mark in marks]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SyncRefused from None


def _read_mark(mark: Mapping[str, Any], common: Mapping[str, Any]) -> Sent:
    """Raises what `read` catches if the mark has no name to answer to."""
    name = mark["client_id"]
    if not CLIENT_ID.fullmatch(name):
        raise SyncRefused
    try:
        item = {
            **common,
            "client_id": name,
            "enrolment": _key(mark["enrolment"]),
            "status": _status(mark["status"]),
            "happened_at": _moment(mark["happened_at"]),
            "recorded_at": _moment(mark["recorded_at"]),
            "basis": [str(head) for head in mark["basis"]],
            "note": str(mark.get("note") or ""),
        }
        return Sent(name, _key(mark["session"]), item["enrolment"], item)
    except (KeyError, TypeError, ValueError, OverflowError):
        return Sent(name, code=DAMAGED)


def _key(value: Any) -> int:
    if type(value) is not int or not 0 < value < GREATEST_KEY:
        raise ValueError
    return value


def _status(value: Any) -> str:
    if value not in MADE_HERE:
        raise ValueError
    return str(value)


def _moment(value: Any) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(value)
    if moment.tzinfo is None or not EARLIEST <= moment <= LATEST:
        raise ValueError
    return moment


# Keeping it


@in_turn
@transaction.atomic
def sync(*, data: Any, by: User, at: datetime.datetime | None = None) -> Synced:
    """Keep the marks of one device, in any order and as often as they come.

    A mark that was kept is kept, also if its register was closed since; one that was refused stays refused, with the
    reason it had. All others are judged one by one. Constant queries for any number of marks and sessions. Raises
    SyncRefused.
    """
    at = at or timezone.now()
    sent = read(data, at)
    wanted = {one.session for one in sent}
    own = markable_sessions(by).filter(pk__in=wanted).values_list("pk", flat=True)
    rules = AttendanceRules.load()
    sessions = locked(own, rules)
    judge = _Judge(sessions, sent, rules, at)
    for one in sent:
        one.code = one.code or judge.verdict(one)
    refused = [one for one in sent if one.code]
    kept = [one for one in sent if not one.code]
    _note(sessions, [one for one in refused if one.session in sessions], judge, by)
    store(sessions, _events(sessions, kept, by, at))
    return Synced(list(dict.fromkeys(one.client_id for one in kept)), refused, states(sessions.values()))


class _Judge:
    """What must be known to judge a batch, read once."""

    def __init__(
        self, sessions: Mapping[int, ClassSession], sent: Sequence[Sent], rules: AttendanceRules, at: datetime.datetime
    ) -> None:
        self.sessions = sessions
        names, keys = [one.client_id for one in sent], list(sessions)
        events = AttendanceEvent.objects.filter(session__in=keys, client_id__in=names).order_by()
        self.kept = {(a, b): c for a, b, c in events.values_list("session", "client_id", "enrolment")}
        before = RefusedMark.objects.filter(session__in=keys, client_id__in=names).order_by()
        self.refused = {(a, b): c for a, b, c in before.values_list("session", "client_id", "code")}
        runs = {session.run_id for session in sessions.values()}
        people = Enrolment.objects.filter(run__in=runs, pk__in=[one.enrolment for one in sent])
        self.people = dict(people.values_list("pk", "run"))
        self.roster = set(people.on_roster().values_list("pk", flat=True))
        self.closed = {pk: self._session_code(session, rules, at) for pk, session in sessions.items()}

    def _session_code(self, session: ClassSession, rules: AttendanceRules, at: datetime.datetime) -> str:
        try:
            check_session(session, rules, at)
        except CoursesRefusal as refusal:
            return refusal.code
        return ""

    def verdict(self, one: Sent) -> str:
        """Empty for a mark that is kept, or the code of the reason against it."""
        name = (one.session, one.client_id)
        if one.session not in self.sessions:
            return NOT_FOUND
        if name in self.kept:
            return "" if self.kept[name] == one.enrolment else TAKEN
        if name in self.refused:
            return self.refused[name]
        code = self.closed[one.session] or ("" if self.belongs(one) else NOT_ON_ROSTER) or self._words(one)
        if not code:
            self.kept[name] = one.enrolment
        return code

    def belongs(self, one: Sent) -> bool:
        return one.enrolment in self.roster and self.people[one.enrolment] == self.sessions[one.session].run_id

    def person(self, one: Sent) -> int | None:
        """The enrolment of a refused mark, if it is one of this class at all."""
        run = self.sessions[one.session].run_id
        return one.enrolment if self.people.get(one.enrolment) == run else None

    def _words(self, one: Sent) -> str:
        long = len(one.item["note"]) > 200
        odd = any(not CLIENT_ID.fullmatch(head.removeprefix("#")) for head in one.item["basis"])
        return DAMAGED if long or odd or len(one.item["basis"]) > MOST else ""


def _events(
    sessions: Mapping[int, ClassSession], kept: Iterable[Sent], by: User, at: datetime.datetime
) -> list[AttendanceEvent]:
    return [make_event(sessions[one.session], one.item, by, at) for one in kept]


def _note(sessions: Mapping[int, ClassSession], refused: Iterable[Sent], judge: _Judge, by: User) -> None:
    """Write down what was refused, once, so that whoever keeps the register sees it."""
    names = ("client_id", "status", "happened_at", "recorded_at", "received_at", "device")
    RefusedMark.objects.bulk_create(
        (
            RefusedMark(
                session=sessions[one.session],
                enrolment_id=judge.person(one),
                code=one.code,
                by=by,
                note=one.item["note"][:200],
                **{name: one.item[name] for name in names},
            )
            for one in refused
            if one.item and (one.session, one.client_id) not in judge.kept
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def settle(*, mark: RefusedMark, by: User, at: datetime.datetime | None = None) -> RefusedMark:
    """Take a refused mark off the register's list: somebody has seen to it. The row stays. Twice changes nothing.

    Raises MarkRefused if the register is not one of the person's.
    """
    mark = RefusedMark.objects.select_for_update(of=("self",)).select_related("session__run").get(pk=mark.pk)
    if not markable_sessions(by).filter(pk=mark.session_id).exists():
        raise MarkRefused(REASONS[NOT_FOUND])
    if mark.settled_at is None:
        mark.settled_at, mark.settled_by = at or timezone.now(), by
        mark.save(update_fields=["settled_at", "settled_by"])
        data = {"session": mark.session_id, "enrolment": mark.enrolment_id, "code": mark.code}
        audit.record("courses.mark_settled", mark.session.run, by=by, data=data)
    return mark
