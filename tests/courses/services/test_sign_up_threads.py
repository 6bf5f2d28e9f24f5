"""The actions of `test_sign_up_machine` by eight threads at once; what must be true is asked when all is quiet."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.db import turns
from core.errors import Refusal
from courses.enums import EnrolmentStatus, Way
from courses.models import Enrolment
from courses.models.run import CourseRunQuerySet
from courses.services import enrolment as service
from courses.services.enrolment import Entry
from courses.services.moves import move
from courses.services.offers import accept, expire_offers
from courses.services.quotas import Share, release_due, set_quotas
from courses.services.runs import set_capacity
from tests.courses.services.queue_stage import DAY, Stage, broken
from tests.courses.services.test_race import plain_begin

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 8
COMMON, RARE = 4, 1


class Actor:
    """One thread's random hand. Refusals are right answers; everything else that is raised is kept."""

    def __init__(self, stage, runs, seed):
        self.stage, self.runs, self.chance = stage, runs, random.Random(seed)  # noqa: S311 - repeatable
        self.errors = []
        self.actions = [self.come] * COMMON + [self.go] * COMMON + [self.answer] * COMMON + [self.office] * RARE

    def act(self, steps):
        try:
            for _ in range(steps):
                try:
                    self.chance.choice(self.actions)()
                except Refusal:
                    pass
                except Exception as error:  # noqa: BLE001 - whatever went wrong is the result
                    self.errors.append(error)
        finally:
            connections.close_all()

    def somebody(self, *statuses):
        rows = Enrolment.objects.active().filter(run=self.chance.choice(self.runs)).select_related("run", "person")
        return self.chance.choice(list(rows.filter(status__in=statuses) if statuses else rows) or [None])

    def come(self):
        run, person = self.chance.choice(self.runs), self.chance.choice(self.stage.users)
        ways = [{}, {}, {"way": Way.NOMINATED}, {"way": Way.DIRECT, "from_reserve": True}]
        entry = Entry(**self.chance.choice(ways))
        service.enrol(person=person, run=run, by=person if entry.way == Way.SELF else self.stage.office, entry=entry)

    def go(self):
        row = self.somebody()
        if row is None:
            return
        if self.chance.random() < 0.2:
            move(enrolment=row, to=self.chance.choice(self.runs), by=self.stage.office, reason="调班")
        else:
            service.withdraw(enrolment=row, by=row.person)

    def answer(self):
        row = self.somebody(EnrolmentStatus.OFFERED, EnrolmentStatus.REQUESTED, EnrolmentStatus.WAITLISTED)
        if row is None:
            return
        if row.status == EnrolmentStatus.OFFERED:
            accept(enrolment=row, by=row.person)
        elif row.status == EnrolmentStatus.REQUESTED:
            service.approve(enrolment=row, by=self.stage.office)
        else:
            service.decline(enrolment=row, by=self.stage.office, reason="名额不足")

    def office(self):
        run, chance = self.chance.choice(self.runs), self.chance
        shares = [Share(unit, chance.randint(0, 2)) for unit in self.stage.units[:2]]
        chance.choice([
            lambda: set_capacity(run=run, capacity=chance.randint(1, 7), by=self.stage.office),
            lambda: set_quotas(run=run, shares=shares, reserve=chance.randint(0, 1), by=self.stage.office),
            lambda: expire_offers(timezone.now() + 2 * DAY),
            lambda: release_due(timezone.now() + DAY),
        ])()  # fmt: skip


def play(stage, seed, steps):
    """Let eight actors act on two new classes; return what was raised and what is broken afterwards."""
    runs = [stage.run(3, 300 + 2 * seed), stage.run(2, 301 + 2 * seed)]
    actors = [Actor(stage, runs, f"{seed}-{number}") for number in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda actor: actor.act(steps), actors))
    return [error for actor in actors for error in actor.errors] + broken()


def test_eight_threads_leave_everything_whole():
    stage = Stage()
    assert [play(stage, seed, steps=6) for seed in (1, 2)] == [[], []]


@pytest.mark.slow
def test_fifty_seeds_do_too():
    stage = Stage()
    for seed in range(1, 51):
        assert (seed, play(stage, seed, steps=25)) == (seed, [])


@pytest.mark.slow
def test_without_the_lock_the_same_actions_go_wrong(monkeypatch):
    """The negative control: the tests above prove something only if this one finds a fault."""
    monkeypatch.setattr(CourseRunQuerySet, "select_for_update", lambda self, **_options: self.all())
    if connection.vendor == "sqlite":  # there the lock is IMMEDIATE, so the control has to go without it
        monkeypatch.setattr(type(connections["default"]), "_start_transaction_under_autocommit", plain_begin)
        monkeypatch.setattr(turns, "_turn", nullcontext())
    stage = Stage()
    assert any(play(stage, seed, steps=25) for seed in range(1, 11))
