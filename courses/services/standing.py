"""What stands in registers right now with the marks behind it: for devices, and for screens that show a dispute."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from courses.models import AttendanceEvent, AttendanceRecord, ClassSession
from courses.services.fold import Outcome, fold, token
from courses.services.marking import Pair, pair


def outcomes(sessions: Iterable[ClassSession]) -> dict[Pair, Outcome]:
    """The outcome of everybody who was marked, by (session, enrolment), its heads with their authors. One query."""
    known = {session.pk: session for session in sessions}
    rows: dict[Pair, list[AttendanceEvent]] = defaultdict(list)
    for event in AttendanceEvent.objects.filter(session__in=known).select_related("by").order_by():
        rows[pair(event)].append(event)
    return {key: fold(known[key[0]], events) for key, events in rows.items()}


def states(sessions: Iterable[ClassSession]) -> dict[str, dict[str, dict[str, Any]]]:
    """{session: {enrolment: {status, late, early, note, disputed, heads}}}, keys as text, as devices keep it.

    `heads` are the names that a mark made now puts into its basis. Two queries for any number of sessions.
    """
    sessions = list(sessions)
    found: dict[str, dict[str, dict[str, Any]]] = {str(session.pk): {} for session in sessions}
    folded = outcomes(sessions)
    for record in AttendanceRecord.objects.filter(session__in=sessions).order_by("enrolment"):
        heads = folded[pair(record)].heads if pair(record) in folded else []
        found[str(record.session_id)][str(record.enrolment_id)] = _state(record, heads)
    return found


def _state(record: AttendanceRecord, heads: Iterable[AttendanceEvent]) -> dict[str, Any]:
    return {
        "status": record.status,
        "late": record.minutes_late,
        "early": record.minutes_early,
        "note": record.note,
        "disputed": record.disputed,
        "heads": [token(head) for head in heads],
    }
