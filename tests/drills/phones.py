"""Phones in a room: each scans what the screen shows, signs in if it has to, and sees the tick. All through HTTP."""

import argparse
import datetime
import os
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections
from django.utils import timezone

from core.invariants import faults as broken_rules
from courses.enums import CheckInPhase
from courses.models import AttendanceEvent, AttendanceRecord, ClassSession, CourseRun
from courses.services import codes
from people.models import User
from tests.drills.learners import PASSWORD, TOKEN, Learner
from tests.drills.server import Server, running
from tests.drills.stage import build, people_of_units, signed_in
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory

IN = CheckInPhase.ARRIVE
TRIES = 3
DIGITS = re.compile(r'room__digits">([\d ]+)<')


@dataclass
class Visit:
    """What one phone was answered, in the order of its requests: status and seconds."""

    person: int
    signed_out: bool
    answers: list[tuple[int, float]] = field(default_factory=list)
    again: int = 0
    arrived: bool = False
    fault: str = ""


class Phone:
    """One browser with a stopwatch."""

    def __init__(self, learner: Learner, signed_out: bool) -> None:
        self.learner, self.visit = learner, Visit(learner.person, signed_out)

    def scan(self, session: int) -> None:
        try:
            self._scan(session)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is the result
            self.visit.fault = repr(error)

    def _scan(self, session: int) -> None:
        where = self._look_and_scan(session)
        if self.visit.signed_out:
            where = self._sign_in(where)
            where = self._get(where)
        self.visit.arrived = where == f"/c/done/{session}/" and self._see(where)

    def _look_and_scan(self, session: int) -> str:
        """Scan what the screen shows; where the answer took so long that the code went by, scan once more, as told."""
        for _try in range(TRIES):
            where = self._get(f"/c/{codes.token(session, IN, timezone.now())}/")
            if self.visit.answers[-1][0] != 409:
                break
            self.visit.again += 1
        return where

    def _sign_in(self, where: str) -> str:
        token = TOKEN.search(self.learner.ask("GET", where).text)
        fields = {
            "csrfmiddlewaretoken": token[1] if token else "",
            "login": self.learner.username,
            "password": PASSWORD,
        }
        begun = time.monotonic()
        answer = self.learner.ask("POST", where, fields)
        self.visit.answers.append((answer.status, time.monotonic() - begun))
        return answer.location

    def _get(self, where: str) -> str:
        begun = time.monotonic()
        answer = self.learner.ask("GET", where)
        self.visit.answers.append((answer.status, time.monotonic() - begun))
        return answer.location

    def _see(self, where: str) -> bool:
        begun = time.monotonic()
        answer = self.learner.ask("GET", where)
        self.visit.answers.append((answer.status, time.monotonic() - begun))
        return answer.status == 200


class Screen(threading.Thread):
    """The laptop before the room: asks for the code every few seconds until it is told to stop."""

    def __init__(self, trainer: Learner, session: int) -> None:
        super().__init__(daemon=True)
        self.trainer, self.session = trainer, session
        self.took: list[float] = []
        self.wrong: list[str] = []
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(3):
            begun, before = time.monotonic(), self._code()
            answer = self.trainer.ask("GET", f"/teach/sessions/{self.session}/screen/now/")
            self.took.append(time.monotonic() - begun)
            shown = DIGITS.search(answer.text)
            if answer.status != 200 or not shown or shown[1].replace(" ", "") not in (before, self._code()):
                self.wrong.append(f"{answer.status} {shown[1] if shown else ''}")

    def _code(self) -> str:
        return codes.digits(self.session, IN, timezone.now())


def drill(options: argparse.Namespace) -> int:
    build()
    with running(Path(os.environ["DRILL_FOLDER"]) / "server.log") as server:
        session, trainer, phones = _room(server, options.people)
        screen = Screen(trainer, session.pk)
        screen.start()
        _let_in(phones, session.pk, options.seconds)
        screen.over.set()
        screen.join()
        found = [*_faults(session, phones, screen, options.limit), *_at_once(server, session.run, options.at_once)]
    for sentence in found:
        print(f"  FAULT {sentence}")
    return int(bool(found))


def _room(server: Server, count: int) -> tuple[ClassSession, Learner, list[Phone]]:
    """A class that begins in five minutes, its trainer at the laptop, and half of the phones signed in."""
    (trainer,) = signed_in(server.port, 1)
    teacher = User.objects.get(pk=trainer.person)
    now = timezone.now()
    run = CourseRunFactory(
        course=CoursePageFactory(slug="room"), capacity=count + 1, trainers=[teacher], running=True, now=now,
        starts_at=now + datetime.timedelta(minutes=5),
    )  # fmt: skip
    people = people_of_units("phone", count)
    for person in people:
        EnrolmentFactory(run=run, person=person, unit=None)
    phones = [Phone(Learner(server.port, one.pk, one.username), bool(number % 2)) for number, one in enumerate(people)]
    for phone in phones:
        if not phone.visit.signed_out:
            phone.learner.sign_in()
    return run.sessions.get(), trainer, phones


def _let_in(phones: list[Phone], session: int, seconds: float) -> None:
    """Everybody at a moment of the own, within so many seconds."""
    chance = random.Random(1)  # noqa: S311 - repeatable on purpose
    threads = [threading.Timer(chance.uniform(0, seconds), phone.scan, [session]) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _faults(session: ClassSession, phones: list[Phone], screen: Screen, limit: float) -> list[str]:
    visits = [phone.visit for phone in phones]
    took = sorted(seconds for visit in visits for _status, seconds in visit.answers)
    p95 = took[int(0.95 * (len(took) - 1))]
    statuses = Counter(status for visit in visits for status, _seconds in visit.answers)
    _report(visits, took, p95, statuses, screen)
    found = [f"{visit.person}: {visit.fault or visit.answers}" for visit in visits if not visit.arrived][:5]
    if set(statuses) - {200, 302, 409}:
        found.append(f"answers {dict(statuses)}")
    stored = Counter(AttendanceRecord.objects.filter(session=session).values_list("status", flat=True))
    events = AttendanceEvent.objects.filter(session=session).count()
    if (stored, events) != ({"present": len(visits)}, len(visits)):
        found.append(f"{dict(stored)} records and {events} marks for {len(visits)} people")
    if p95 > limit:
        found.append(f"95 of 100 answers took up to {p95:.2f} s, the limit is {limit} s")
    found += [f"the screen showed {one}" for one in screen.wrong[:5]]
    return found + [f"{name}: {sentence}" for name, sentence in broken_rules()][:5]


def _report(visits: list[Visit], took: list[float], p95: float, statuses: Counter[int], screen: Screen) -> None:
    arrived, out = sum(visit.arrived for visit in visits), sum(visit.signed_out for visit in visits)
    again = sum(visit.again for visit in visits)
    print(f"  {arrived} of {len(visits)} phones checked in, {out} of them had to sign in; answers {dict(statuses)}")
    print(f"  {again} times a code had gone by before the server looked at it, and was scanned again")
    print(f"  {len(took)} requests: median {took[len(took) // 2]:.3f} s, p95 {p95:.3f} s, longest {took[-1]:.3f} s")
    print(f"  screen: {len(screen.took)} looks, longest {max(screen.took, default=0):.3f} s", flush=True)


def _at_once(server: Server, run: CourseRun, count: int) -> list[str]:
    """One person, many scans at the same moment: one mark, one record, one answer."""
    (person,) = people_of_units("eager", 1)
    EnrolmentFactory(run=run, person=person, unit=None)
    learner = Learner(server.port, person.pk, person.username)
    learner.sign_in()
    session, answers, barrier = run.sessions.get(), [], threading.Barrier(count)

    def scan() -> None:
        copy = Learner(server.port, person.pk, person.username, cookies=dict(learner.cookies))
        barrier.wait()
        answers.append(copy.ask("GET", f"/c/{codes.token(session.pk, IN, timezone.now())}/").status)

    threads = [threading.Thread(target=scan) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connections.close_all()
    mine = {"session": session, "enrolment__person": person}
    rows = AttendanceRecord.objects.filter(**mine).count(), AttendanceEvent.objects.filter(**mine).count()
    print(f"  one person {count} times at once: {rows[0]} record, {rows[1]} mark; answers {dict(Counter(answers))}")
    return (
        [] if (rows, set(answers)) == ((1, 1), {302}) else [f"{count} scans of one person: {rows}, {Counter(answers)}"]
    )
