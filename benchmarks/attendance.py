"""Registers: three hundred marks beside a bare insert of the same rows, the page of the register, check-in by HTTP."""

import datetime
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.report import Figure
from benchmarks.server import CLIENTS, ask, rate, server
from courses.enums import CheckInPhase
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, Enrolment
from courses.services import codes
from courses.services.attendance import mark
from people.models import User
from tests.factories import CourseRunFactory, UserFactory

PEOPLE, ROUNDS = 300, 5
MOST_QUERIES, MOST_BYTES, MOST_QUERIES_OF_A_SCAN = 15, 100_000, 10


def measure() -> list[Figure]:
    trainer = UserFactory()
    sessions = [_room(trainer, f"{number}") for number in range(ROUNDS)]
    figures = [_marks(trainer, sessions)]
    session = _room(trainer, "page")
    with server() as port:
        figures += [*_register(port, trainer, session), _scans(port, session)]
    return [*figures, _queries_of_a_scan(_room(trainer, "scan"))]


def _room(trainer: User, name: str) -> ClassSession:
    """A session that has just begun, with everybody on its roster."""
    start = timezone.now() - datetime.timedelta(minutes=1)
    run = CourseRunFactory(starts_at=start, capacity=PEOPLE, trainers=[trainer], self_check_in=True)
    people = User.objects.bulk_create(
        User(username=f"room-{name}-{n}", name=f"学员{n}", pinyin=f"xueyuan{n}") for n in range(PEOPLE)
    )
    Enrolment.objects.bulk_create(Enrolment(run=run, person=person, status="confirmed") for person in people)
    return run.sessions.get()


def _marks(trainer: User, sessions: Sequence[ClassSession]) -> Figure:
    """Seconds of marking everybody, and of inserting the rows that it leaves behind; the best of some rounds."""
    ours, bare = [], []
    for session in sessions:
        marks = [{"enrolment": pk, "status": "present"} for pk in session.run.enrolments.values_list("pk", flat=True)]
        ours.append(_seconds(lambda session=session, marks=marks: mark(session=session, marks=marks, by=trainer)))
        bare.append(_bare_insert(session))
    return Figure(
        f"{PEOPLE} marks", 1000 * min(ours), "bare insert of these rows", 1000 * min(bare), "ms", 5, is_cost=True
    )


def _bare_insert(session: ClassSession) -> float:
    """Insert the same events and records for another session."""
    other = _room(UserFactory(), f"bare-{session.pk}")
    pks = other.run.enrolments.values_list("pk", flat=True)
    events, records = [
        [_copy(row, other, pk) for row, pk in zip(model.objects.filter(session=session), pks, strict=True)]
        for model in (AttendanceEvent, AttendanceRecord)
    ]

    def insert() -> None:
        with transaction.atomic():
            AttendanceEvent.objects.bulk_create(events)
            AttendanceRecord.objects.bulk_create(records)

    return _seconds(insert)


def _copy(row: AttendanceEvent | AttendanceRecord, session: ClassSession, enrolment: int):
    row.pk, row.session, row.enrolment_id, row._state.adding = None, session, enrolment, True  # noqa: SLF001
    return row


def _register(port: int, trainer: User, session: ClassSession) -> list[Figure]:
    """The page of the register with everybody on it, as a phone gets it."""
    client, path = _signed_in(trainer), f"/teach/sessions/{session.pk}/"
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    status, body = ask(port, path, _cookie(client), **{"Accept-Encoding": "gzip"})
    assert status == 200
    return [
        Figure(f"register of {PEOPLE}, queries", len(found), "at most", MOST_QUERIES, "", 1, is_cost=True),
        Figure(f"register of {PEOPLE}, size", len(body) / 1000, "at most", MOST_BYTES / 1000, "kB", 1, is_cost=True),
    ]


def _scans(port: int, session: ClassSession) -> Figure:
    """Everybody scans once, some phones at a time."""
    people = User.objects.filter(enrolments__run=session.run_id)
    cookies = [_cookie(_signed_in(person)) for person in people]
    bare = rate(port, "/bare/")
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda cookie: ask(port, _scan(session), cookie)[0], cookies))
    took = time.perf_counter() - begun
    assert answers == [302] * PEOPLE, answers
    assert AttendanceRecord.objects.filter(session=session).count() == PEOPLE
    return Figure("check-in", PEOPLE / took, "bare view, same server", bare, "req/s", 0.07)


def _queries_of_a_scan(session: ClassSession) -> Figure:
    first, second = [_signed_in(person) for person in User.objects.filter(enrolments__run=session.run_id)[:2]]
    first.get(_scan(session))
    with CaptureQueriesContext(connection) as found:
        assert second.get(_scan(session)).status_code == 302
    return Figure("check-in, queries", len(found), "at most", MOST_QUERIES_OF_A_SCAN, "", 1, is_cost=True)


def _scan(session: ClassSession) -> str:
    return f"/c/{codes.token(session.pk, CheckInPhase.ARRIVE, timezone.now())}/"


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _cookie(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
