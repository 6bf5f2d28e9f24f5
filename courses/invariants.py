"""What must be true of runs, enrolments and attendance; `check_invariants` prints what is not."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone

from core.invariants import invariant
from core.pieces import join, length
from courses.enums import HOLDS_SEAT, EnrolmentStatus, RunStatus
from courses.models import AttendanceEvent, AttendanceRecord, CourseRun, Enrolment, LessonProgress, RunQuota
from courses.services import verifying
from courses.services.fold import fold
from courses.services.seats import held_of


def _counted_runs() -> Iterator[Any]:
    return CourseRun.objects.annotate(
        held=Count("enrolments", filter=Q(enrolments__status__in=HOLDS_SEAT)),
        waiting=Count("enrolments", filter=Q(enrolments__status=EnrolmentStatus.WAITLISTED)),
        ready=Count(
            "enrolments", filter=Q(enrolments__status=EnrolmentStatus.WAITLISTED, enrolments__person__is_active=True)
        ),
        last_ticket=Max("enrolments__ticket"),
    ).iterator()


@invariant("courses.overbooked")
def overbooked() -> Iterator[str]:
    """No run has more holders of seats than seats."""
    for run in _counted_runs():
        if run.held > run.capacity:
            yield f"{run.class_no}: {run.held} people hold one of {run.capacity} seats"


@invariant("courses.counters")
def counters() -> Iterator[str]:
    """The counters of a run equal the rows that they count."""
    for run in _counted_runs():
        if run.seats_taken != run.held:
            yield f"{run.class_no}: counts {run.seats_taken} seats taken, {run.held} people hold one"
        if run.queue_length != run.waiting:
            yield f"{run.class_no}: counts {run.queue_length} waiting, {run.waiting} people wait"
        if run.seats_held != held_of(run):
            yield f"{run.class_no}: counts {run.seats_held} seats kept, quotas and reserve say {held_of(run)}"
        if (run.last_ticket or 0) > run.tickets_issued:
            yield f"{run.class_no}: ticket {run.last_ticket} was never issued"


@invariant("courses.free_seat_beside_queue")
def free_seat_beside_queue() -> Iterator[str]:
    """Nobody waits for a class that is still to come while a seat in it is free."""
    now = timezone.now()
    for run in _counted_runs():
        free = run.capacity - run.held - run.seats_held
        if run.status == RunStatus.PUBLISHED and not run.has_begun(now) and run.ready and free > 0:
            yield f"{run.class_no}: {run.ready} people wait although {free} seats are free"


@invariant("courses.queue_order")
def queue_order() -> Iterator[str]:
    """The queue has no gap or tie in its places and runs in the order of arrival: each ticket once, later is higher."""
    queues: dict[str, list[tuple[int | None, object]]] = defaultdict(list)
    rows = Enrolment.objects.filter(status=EnrolmentStatus.WAITLISTED).order_by("run", "ticket")
    for class_no, ticket, entered in rows.annotate(entered=Max("events__at")).values_list(
        "run__class_no", "ticket", "entered"
    ):
        queues[class_no].append((ticket, entered))
    for class_no, queue in queues.items():
        tickets = [ticket for ticket, _ in queue]
        arrivals = [entered for _, entered in queue]
        if None in tickets or len(set(tickets)) != len(tickets):
            yield f"{class_no}: the queue has a gap or a tie"
        elif None in arrivals or arrivals != sorted(arrivals):  # type: ignore[type-var]  # None is excluded before
            yield f"{class_no}: the queue is not in the order of arrival"


@invariant("courses.quotas")
def quotas() -> Iterator[str]:
    """A quota counts as taken what was taken from it, and quotas with the reserve fit into their run.

    What a quota gave to the queue no longer counts: the office may lower the seats after that.
    """
    rows = RunQuota.objects.select_related("run", "unit").annotate(
        held=Count("enrolments", filter=Q(enrolments__status__in=HOLDS_SEAT))
    )
    for quota in rows:
        if quota.held != quota.taken:
            yield f"{quota.run.class_no}: the quota of {quota.unit} counts {quota.taken} seats, {quota.held} are held"
    for run in CourseRun.objects.annotate(kept=Sum(F("quotas__seats") - F("quotas__released"))):
        if (run.kept or 0) + run.reserve > run.capacity:
            yield f"{run.class_no}: quotas and reserve exceed the {run.capacity} seats"


@invariant("courses.stale_offers")
def stale_offers() -> Iterator[str]:
    """No offer stands long after its time: the clock ends them each minute."""
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    for row in Enrolment.objects.filter(offer_expires_at__lt=long_ago).select_related("run", "person"):
        yield f"{row.run.class_no}: the offer to {row.person.username} ended at {row.offer_expires_at}"


@invariant("courses.double_enrolment")
def double_enrolment() -> Iterator[str]:
    """Nobody has two active enrolments in one run."""
    doubles = Enrolment.objects.active().values("run__class_no", "person__username").annotate(n=Count("pk"))
    for row in doubles.filter(n__gt=1).order_by():
        yield f"{row['run__class_no']}: {row['person__username']} is enrolled {row['n']} times"


@invariant("courses.enrolment_history")
def enrolment_history() -> Iterator[str]:
    """Every enrolment stands where its last event left it."""
    rows = Enrolment.objects.prefetch_related("events").select_related("run", "person")
    for enrolment in rows.iterator(chunk_size=500):
        events = list(enrolment.events.all())
        if not events or events[-1].to_status != enrolment.status:
            yield f"{enrolment.run.class_no}: {enrolment.person.username} is {enrolment.status} without an event"


@invariant("courses.run_dates")
def run_dates() -> Iterator[str]:
    """A run begins and ends with its sessions."""
    held = Q(sessions__cancelled_at__isnull=True)
    spans = CourseRun.objects.annotate(
        first=Min("sessions__starts_at", filter=held), last=Max("sessions__ends_at", filter=held)
    )
    for run in spans.exclude(starts_at=F("first"), ends_at=F("last")).exclude(
        first__isnull=True, starts_at__isnull=True
    ):
        yield f"{run.class_no}: its dates are not those of its sessions"


@invariant("courses.marks_outside_roster")
def marks_outside_roster() -> Iterator[str]:
    """Nobody is marked in a session of a run that he is not enrolled in."""
    strays = AttendanceEvent.objects.exclude(session__run=F("enrolment__run"))
    for event in strays.select_related("session__run", "enrolment__person"):
        yield f"{event.session}: {event.enrolment.person.username} is marked but not on the roster"


@invariant("courses.double_marks")
def double_marks() -> Iterator[str]:
    """One person has one record per session."""
    doubles = AttendanceRecord.objects.values("session", "enrolment").annotate(n=Count("pk")).filter(n__gt=1)
    for row in doubles.order_by():
        yield f"session {row['session']}: enrolment {row['enrolment']} has {row['n']} records"


@invariant("courses.records_follow_events")
def records_follow_events() -> Iterator[str]:
    """Every record is what its events add up to, and every marked person has one."""
    events: dict[tuple[int, int], list[AttendanceEvent]] = defaultdict(list)
    for event in AttendanceEvent.objects.select_related("session__run"):
        events[event.session_id, event.enrolment_id].append(event)
    records = {(row.session_id, row.enrolment_id): row for row in AttendanceRecord.objects.all()}
    for pair in events.keys() | records.keys():
        record, marks = records.get(pair), events.get(pair, [])
        expected = fold(marks[0].session, marks) if marks else None
        if not record or not expected or _differs(record, expected):
            yield f"session {pair[0]}: the record of enrolment {pair[1]} does not follow its marks"


@invariant("courses.closed_registers")
def closed_registers() -> Iterator[str]:
    """Every closed register is what it was when it was closed; see `verify_registers`."""
    for fault in verifying.faults():
        yield str(fault)


def _differs(record: AttendanceRecord, expected: object) -> bool:
    names = ("status", "minutes_late", "minutes_early", "minutes_earned", "disputed")
    return any(getattr(record, name) != getattr(expected, name) for name in names)


@invariant("courses.progress_pieces")
def progress_pieces() -> Iterator[str]:
    """No second and no piece of a film is kept twice, and the time studied holds every piece of it."""
    for row in LessonProgress.objects.select_related("person").iterator():
        lists = [row.recent, *(clip["played"] for clip in row.clips.values())]
        if any(join(pieces) != pieces for pieces in lists) or length(row.recent) > row.seconds:
            yield f"lesson {row.lesson_id}: the progress of {row.person.username} holds pieces twice"
