"""Recording attendance: events are appended, records follow from them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import AttendanceSource, AttendanceStatus
from courses.errors import MarkRefused, NotOnRoster, SessionCancelled, SessionNotBegun
from courses.models import AttendanceEvent, AttendanceRecord, AttendanceRules, ClassSession, Enrolment
from courses.services import check_in as own
from courses.services.fold import fold
from courses.services.rules import day_and_time
from courses.services.runs import refuse_frozen
from courses.signals import attendance_marked
from people.models import User

Mark = Mapping[str, Any]


@transaction.atomic
def mark(
    *,
    session: ClassSession,
    marks: Sequence[Mark],
    by: User,
    at: datetime.datetime | None = None,
    source: AttendanceSource = AttendanceSource.TRAINER,
) -> list[AttendanceRecord]:
    """Append marks and return the records of everybody named, in the order of the marks.

    A mark is {enrolment, status, happened_at, client_id, note}; `enrolment` is a row or its id; for "late"
    `happened_at` is the arrival, for "left_early" the leaving, without it the moment `at`. A `client_id` seen before
    in this session changes nothing. All marks are stored or none. Constant queries for any number of marks.
    Raises SessionCancelled, SessionNotBegun, NotOnRoster, MarkRefused, RunNotEditable.
    """
    at = at or timezone.now()
    session = _open(session, at)
    return _store(session, [_event(session, item, by, at, source) for item in marks])


@transaction.atomic
def mark_rest(
    *, session: ClassSession, by: User, press: str, at: datetime.datetime | None = None
) -> list[AttendanceRecord]:
    """Mark everybody present who has no standing mark yet; those marked meanwhile stay as they are.

    `press` names this press of the button: the same one again changes nothing. Raises as `mark`.
    """
    at = at or timezone.now()
    session = _open(session, at)
    standing = AttendanceRecord.objects.filter(session=session).exclude(status=AttendanceStatus.CLEARED)
    waiting = Enrolment.objects.on_roster().filter(run=session.run_id).exclude(pk__in=standing.values("enrolment"))
    marks = [
        {"enrolment": pk, "status": AttendanceStatus.PRESENT, "client_id": f"{press[:40]}-{pk}"}
        for pk in waiting.values_list("pk", flat=True)
    ]
    return _store(session, [_event(session, item, by, at, AttendanceSource.TRAINER) for item in marks])


def check_in(
    *,
    session: ClassSession,
    person: User,
    code: str,
    at: datetime.datetime | None = None,
    device: str = "",
    tries: int = 0,
) -> AttendanceRecord:
    """Let somebody check in (or out) with the code on the screen; see `services.check_in`."""
    return own.check_in(session=session, person=person, code=code, at=at or timezone.now(), device=device, tries=tries)


def _open(session: ClassSession, at: datetime.datetime) -> ClassSession:
    """Lock the session and check that it may be marked now; its first mark fixes the limit that counts for it."""
    rules = AttendanceRules.load()
    session = lock(session)
    _check_session(session, rules, at)
    fix_limit(session, rules)
    return session


def lock(session: ClassSession) -> ClassSession:
    """Return the session as it is now, with its run, locked until the end of the transaction."""
    rows = ClassSession.objects.select_for_update(no_key=True, of=("self",)).select_related("run")
    return rows.get(pk=session.pk)


def fix_limit(session: ClassSession, rules: AttendanceRules) -> None:
    """Let the limit that is in force at the first mark count for the session from then on."""
    if session.absent_after_minutes is None:
        session.absent_after_minutes = rules.absent_after_minutes
        session.save(update_fields=["absent_after_minutes"])


def _store(session: ClassSession, rows: Sequence[AttendanceEvent]) -> list[AttendanceRecord]:
    _check_roster(session, rows)
    AttendanceEvent.objects.bulk_create(_unseen(session, rows))
    records = _derive(session, {row.enrolment_id for row in rows})
    attendance_marked.send(sender=ClassSession, session=session, records=list(records.values()))
    return [records[row.enrolment_id] for row in rows]


def _check_session(session: ClassSession, rules: AttendanceRules, at: datetime.datetime) -> None:
    refuse_frozen(session.run)
    if session.is_cancelled:
        raise SessionCancelled
    opens = session.starts_at - datetime.timedelta(minutes=rules.opens_minutes_before)
    if at < opens:
        raise SessionNotBegun(_("The register of this session opens on %(moment)s.") % {"moment": day_and_time(opens)})


def _event(
    session: ClassSession, item: Mark, by: User, at: datetime.datetime, source: AttendanceSource
) -> AttendanceEvent:
    status = str(item.get("status", ""))
    if status not in AttendanceStatus.values:
        raise MarkRefused(_("Choose one of the attendance states."))
    enrolment = item["enrolment"]
    note, client_id = str(item.get("note") or ""), item.get("client_id") or None
    if len(note) > 200:
        raise MarkRefused(_("A note has 200 characters at most."))
    if client_id and len(client_id) > 64:
        raise MarkRefused(_("This form is damaged. Reload the page and try again."))
    return AttendanceEvent(
        session=session,
        enrolment_id=enrolment.pk if isinstance(enrolment, Enrolment) else int(enrolment),
        status=status,
        happened_at=item.get("happened_at") or at,
        recorded_at=at,
        by=by,
        source=source,
        client_id=client_id,
        note=note,
    )


def _check_roster(session: ClassSession, rows: Iterable[AttendanceEvent]) -> None:
    """Everybody marked must be on the roster of this run; the message names nobody else's class."""
    wanted = {row.enrolment_id for row in rows}
    known = set(Enrolment.objects.on_roster().filter(run=session.run_id, pk__in=wanted).values_list("pk", flat=True))
    if wanted - known:
        raise NotOnRoster(
            _("%(count)d of the people marked are not on the roster of this class; nothing was saved.")
            % {"count": len(wanted - known)}
        )


def _unseen(session: ClassSession, rows: Sequence[AttendanceEvent]) -> list[AttendanceEvent]:
    """Drop marks that were received before, and repeats within the batch.

    Raises MarkRefused if a client id was used for somebody else: two people's marks must never be taken for one.
    """
    ids = [row.client_id for row in rows if row.client_id]
    known = AttendanceEvent.objects.filter(session=session, client_id__in=ids)
    holders = dict(known.values_list("client_id", "enrolment_id"))
    fresh = []
    for row in rows:
        if row.client_id is None or row.client_id not in holders:
            fresh.append(row)
        if row.client_id and holders.setdefault(row.client_id, row.enrolment_id) != row.enrolment_id:
            raise MarkRefused(_("This form was used for somebody else already. Reload the page and try again."))
    return fresh


def _derive(session: ClassSession, enrolment_ids: set[int]) -> dict[int, AttendanceRecord]:
    """Fold the events of these people again and store the records; keys are enrolment ids."""
    events: dict[int, list[AttendanceEvent]] = defaultdict(list)
    for event in AttendanceEvent.objects.filter(session=session, enrolment__in=enrolment_ids):
        events[event.enrolment_id].append(event)
    write_records(session, events)
    stored = AttendanceRecord.objects.filter(session=session, enrolment__in=enrolment_ids)
    return {row.enrolment_id: row for row in stored.select_related("changed_by")}


def write_records(session: ClassSession, events: Mapping[int, list[AttendanceEvent]]) -> list[AttendanceRecord]:
    """Store what follows from the events; `events` holds all of each person, by enrolment id. One query."""
    return AttendanceRecord.objects.bulk_create(
        [_record(session, pk, rows) for pk, rows in events.items()],
        update_conflicts=True,
        unique_fields=["session", "enrolment"],
        update_fields=["status", "minutes_late", "minutes_early", "minutes_earned", "note", "changed_at", "changed_by"],
    )


def _record(session: ClassSession, enrolment_id: int, events: list[AttendanceEvent]) -> AttendanceRecord:
    outcome = fold(session, events)
    last = max(events, key=lambda row: (row.recorded_at, row.pk))
    return AttendanceRecord(
        session=session,
        enrolment_id=enrolment_id,
        status=outcome.status,
        minutes_late=outcome.minutes_late,
        minutes_early=outcome.minutes_early,
        minutes_earned=outcome.minutes_earned,
        note=outcome.note,
        changed_at=last.recorded_at,
        changed_by_id=last.by_id,
    )
