"""How marks are stored: sessions under their lock, new marks beside the known ones, the records that follow."""

import datetime
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.db.rows import insert
from courses.enums import AttendanceSource, AttendanceStatus
from courses.errors import CoursesRefusal, MarkRefused, NotOnRoster, RegisterClosed, SessionCancelled, SessionNotBegun
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, ClassSession, Enrolment
from courses.services.fold import fold, token
from courses.services.rules import day_and_time
from courses.services.runs import refuse_frozen
from courses.signals import attendance_marked
from people.models import User

Mark = Mapping[str, Any]
Pair = tuple[int, int]  # session, enrolment
CLIENT_ID = re.compile(r"[A-Za-z0-9_.:=+/@~-]{1,64}")
FOLDED = (
    "status", "minutes_late", "minutes_early", "minutes_earned", "arrived_at", "left_at", "disputed", "note",
    "changed_at", "changed_by",
)  # fmt: skip


def open_session(session: ClassSession, at: datetime.datetime) -> ClassSession:
    """Lock the session and check that it may be marked now; its first mark fixes the limit that counts for it.

    Raises RunNotEditable, SessionCancelled, RegisterClosed, SessionNotBegun.
    """
    rules = AttendanceRules.load()
    session = locked([session.pk], rules)[session.pk]
    check_session(session, rules, at)
    return session


def locked(keys: Iterable[int], rules: AttendanceRules) -> dict[int, ClassSession]:
    """Lock sessions in the order of their keys and fix the limit of those that had no mark yet. Two queries."""
    rows = ClassSession.objects.select_for_update(no_key=True, of=("self",)).select_related("run")
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    new = [row for row in found.values() if row.absent_after_minutes is None]
    for row in new:
        row.absent_after_minutes = rules.absent_after_minutes
    if new:
        unset = ClassSession.objects.filter(pk__in=[row.pk for row in new])
        unset.update(absent_after_minutes=rules.absent_after_minutes)
    return found


def check_session(session: ClassSession, rules: AttendanceRules, at: datetime.datetime) -> None:
    refuse_frozen(session.run)
    if session.is_cancelled:
        raise SessionCancelled
    if session.closed_at is not None:
        raise RegisterClosed
    opens = session.starts_at - datetime.timedelta(minutes=rules.opens_minutes_before)
    if at < opens:
        raise SessionNotBegun(_("The register of this session opens on %(moment)s.") % {"moment": day_and_time(opens)})


def why_not_open(session: ClassSession, at: datetime.datetime) -> str:
    """Return the sentence with which a mark would be refused now, empty if it would not."""
    try:
        check_session(session, AttendanceRules.load(), at)
    except CoursesRefusal as refusal:
        return str(refusal)
    return ""


def make_event(
    session: ClassSession,
    item: Mark,
    by: User,
    at: datetime.datetime,
    source: AttendanceSource = AttendanceSource.TRAINER,
) -> AttendanceEvent:
    """Return the unsaved event of a mark (see `attendance.mark`). Raises MarkRefused.

    Besides, `item` may carry `recorded_at`, `device`, `skew`, `was` and `countersigned_by`. Without `basis` the event
    is one of somebody who sees what the server knows: `store` fills it in.
    """
    _check_words(item)
    enrolment = item["enrolment"]
    event = AttendanceEvent(
        session=session,
        enrolment_id=enrolment.pk if isinstance(enrolment, Enrolment) else int(enrolment),
        status=str(item["status"]),
        happened_at=item.get("happened_at") or at,
        recorded_at=item.get("recorded_at") or at,
        received_at=item.get("received_at") or at,
        by=by,
        source=source,
        client_id=item.get("client_id") or uuid.uuid4().hex,
        note=str(item.get("note") or ""),
        **{name: item[name] for name in ("device", "skew", "was", "countersigned_by") if name in item},
    )
    event.basis = item.get("basis")  # None until `store` knows better
    return event


def _check_words(item: Mark) -> None:
    if str(item.get("status", "")) not in AttendanceStatus.values:
        raise MarkRefused(_("Choose one of the attendance states."))
    if len(str(item.get("note") or "")) > 200:
        raise MarkRefused(_("A note has 200 characters at most."))
    basis = item.get("basis") or []
    for name in (*basis, item.get("client_id") or "-"):
        if not (isinstance(name, str) and CLIENT_ID.fullmatch(name.removeprefix("#"))):
            raise MarkRefused(_("This form is damaged. Reload the page and try again."))


def store(sessions: Mapping[int, ClassSession], rows: Sequence[AttendanceEvent]) -> dict[Pair, AttendanceRecord]:
    """Store the marks that were not received before; return the records of everybody named, by (session, enrolment).

    The sessions are locked. Constant queries for any number of marks and sessions. Raises MarkRefused for a client id
    that was used for somebody else: two people's marks must never be taken for one.
    """
    known = _known(rows)
    fresh = _unseen(known, rows)
    events = _by_pair(known)
    for row in fresh:
        if row.basis is None:
            row.basis = basis_of(sessions[row.session_id], events[pair(row)], row.recorded_at)
    AttendanceEvent.objects.bulk_create(fresh)
    for row in fresh:
        events[pair(row)].append(row)
    wanted = {pair(row) for row in rows}
    records = _derive(sessions, {key: events[key] for key in wanted})
    _tell(sessions, records)
    return records


def pair(row: AttendanceEvent | AttendanceRecord) -> Pair:
    return row.session_id, row.enrolment_id


def basis_of(session: ClassSession, events: Iterable[AttendanceEvent], at: datetime.datetime) -> list[str]:
    """What somebody has before the eyes who sees all that was recorded until then."""
    return [token(head) for head in fold(session, [row for row in events if row.recorded_at <= at]).heads]


def _known(rows: Sequence[AttendanceEvent]) -> list[AttendanceEvent]:
    """The stored marks of the same people, and whatever bears one of the client ids."""
    of_people = Q(enrolment__in={row.enrolment_id for row in rows})
    of_names = Q(client_id__in={row.client_id for row in rows})
    sessions = {row.session_id for row in rows}
    return list(AttendanceEvent.objects.filter(of_people | of_names, session__in=sessions).order_by())


def _by_pair(known: Iterable[AttendanceEvent]) -> dict[Pair, list[AttendanceEvent]]:
    events: dict[Pair, list[AttendanceEvent]] = defaultdict(list)
    for row in known:
        events[pair(row)].append(row)
    return events


def _unseen(known: Iterable[AttendanceEvent], rows: Sequence[AttendanceEvent]) -> list[AttendanceEvent]:
    """Drop marks that were received before, and repeats within the batch."""
    holders = {(row.session_id, row.client_id): row.enrolment_id for row in known}
    fresh = []
    for row in rows:
        name = (row.session_id, row.client_id)
        if name not in holders:
            fresh.append(row)
        if holders.setdefault(name, row.enrolment_id) != row.enrolment_id:
            raise MarkRefused(_("This form was used for somebody else already. Reload the page and try again."))
    return fresh


def check_roster(session: ClassSession, rows: Iterable[AttendanceEvent]) -> None:
    """Everybody marked must be on the roster of this run; the message names nobody else's class. Raises NotOnRoster."""
    wanted = {row.enrolment_id for row in rows}
    known = set(Enrolment.objects.on_roster().filter(run=session.run_id, pk__in=wanted).values_list("pk", flat=True))
    if wanted - known:
        raise NotOnRoster(
            _("%(count)d of the people marked are not on the roster of this class; nothing was saved.")
            % {"count": len(wanted - known)}
        )


def without_mark(session: ClassSession) -> list[int]:
    """Keys of the enrolments on the roster that have no standing mark."""
    standing = AttendanceRecord.objects.filter(session=session).exclude(status=AttendanceStatus.CLEARED)
    waiting = Enrolment.objects.on_roster().filter(run=session.run_id).exclude(pk__in=standing.values("enrolment"))
    return list(waiting.values_list("pk", flat=True))


def _derive(
    sessions: Mapping[int, ClassSession], events: Mapping[Pair, list[AttendanceEvent]]
) -> dict[Pair, AttendanceRecord]:
    """Fold the events of these people and store the records."""
    write_records([_record(sessions[key[0]], key[1], rows) for key, rows in events.items() if rows])
    stored = AttendanceRecord.objects.filter(
        session__in={key[0] for key in events}, enrolment__in={key[1] for key in events}
    )
    return {pair(row): row for row in stored.select_related("changed_by") if pair(row) in events}


def append(session: ClassSession, event: AttendanceEvent, others: Sequence[AttendanceEvent]) -> AttendanceRecord:
    """Store one mark of somebody whose `others` the caller has read under the session's lock. Two queries."""
    insert(event)
    (record,) = write_records([_record(session, event.enrolment_id, [*others, event])])
    _tell({session.pk: session}, {pair(record): record})
    return record


def write_records(records: list[AttendanceRecord]) -> list[AttendanceRecord]:
    return AttendanceRecord.objects.bulk_create(
        records, update_conflicts=True, unique_fields=["session", "enrolment"], update_fields=FOLDED
    )


def _record(session: ClassSession, enrolment_id: int, events: list[AttendanceEvent]) -> AttendanceRecord:
    outcome = fold(session, events)
    last = max(events, key=lambda row: (row.recorded_at, token(row)))
    names = FOLDED[:-2]
    return AttendanceRecord(
        session=session,
        enrolment_id=enrolment_id,
        changed_at=last.recorded_at,
        changed_by_id=last.by_id,
        **{name: getattr(outcome, name) for name in names},
    )


def _tell(sessions: Mapping[int, ClassSession], records: Mapping[Pair, AttendanceRecord]) -> None:
    for session in sessions.values():
        rows = [row for key, row in records.items() if key[0] == session.pk]
        attendance_marked.send(sender=ClassSession, session=session, records=rows)
