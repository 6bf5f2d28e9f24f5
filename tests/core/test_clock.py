"""Jobs run once at their time, whoever ticks; a fault or a dead process stops nobody else."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from core import clock
from core.clock import LEASE, MINUTE, ClockThread, daily, every, tick
from core.models import ClockJob

pytestmark = pytest.mark.django_db


def shanghai(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=timezone.get_default_timezone())


NOON = shanghai(2026, 12, 3, 12, 0, 20)


@pytest.fixture(autouse=True)
def no_other_jobs(monkeypatch):
    monkeypatch.setattr(clock, "_jobs", {})


def counted(register):
    ran = []
    register(ran.append)
    return ran


def test_a_job_runs_once_in_its_minute():
    ran = counted(every(minutes=1, name="a"))
    moments = [NOON, NOON + 10 * datetime.timedelta(seconds=1), NOON + MINUTE, NOON + MINUTE]
    assert [tick(at) for at in moments] == [["a"], [], ["a"], []]
    assert ran == [NOON, NOON + MINUTE]


def test_a_job_that_was_missed_runs_once_not_for_every_minute():
    ran = counted(every(minutes=5, name="a"))
    tick(NOON)
    tick(NOON + 60 * MINUTE)
    tick(NOON + 61 * MINUTE)
    assert len(ran) == 2


def test_a_daily_job_waits_for_its_time_in_shanghai():
    ran = counted(daily(at=datetime.time(2, 30), name="a"))
    night = shanghai(2026, 12, 4, 2, 30)
    for at in (NOON, night - MINUTE, night, night + MINUTE, night + datetime.timedelta(days=1, minutes=7)):
        tick(at)
    assert ran == [night, night + datetime.timedelta(days=1, minutes=7)]


def test_a_fault_stops_neither_the_other_jobs_nor_the_next_time(caplog):
    @every(minutes=1, name="broken")
    def broken(at):
        raise ValueError(at)

    ran = counted(every(minutes=1, name="sound"))
    assert tick(NOON) == ["broken", "sound"]
    assert ran == [NOON]
    assert ClockJob.objects.get(name="broken").fault.startswith("ValueError")
    assert "broken" in caplog.text
    assert tick(NOON + MINUTE) == ["broken", "sound"]


def test_a_process_that_died_lets_go_when_the_lease_ends():
    ran = counted(every(minutes=1, name="a"))
    ClockJob.objects.create(name="a", due_at=NOON, held_until=NOON + LEASE)
    assert [tick(NOON + MINUTE), tick(NOON + LEASE)] == [[], ["a"]]
    assert ran == [NOON + LEASE]


def test_whoever_lost_the_lease_does_not_give_back_that_of_another():
    later = NOON + LEASE

    @every(minutes=1, name="slow")
    def slow(at):
        ClockJob.objects.filter(name="slow").update(held_until=later + LEASE)  # somebody else has it by now

    tick(NOON)
    assert ClockJob.objects.get().held_until == later + LEASE


def test_the_command_ticks_once(capsys):
    counted(every(minutes=1, name="a"))
    call_command("tick")
    assert capsys.readouterr().out == "a\n"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_run_it_once():
    ran = counted(every(minutes=1, name="a"))
    barrier = threading.Barrier(8)

    def process(_number):
        try:
            barrier.wait()
            return tick(NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(process, range(8)))
    assert ran == [NOON]
    assert sorted(answers) == [[]] * 7 + [["a"]]


@pytest.mark.django_db(transaction=True)
def test_the_thread_ticks_at_once_and_ends_when_told():
    rang = threading.Event()

    @every(minutes=1, name="a")
    def ring(at):
        rang.set()

    thread = ClockThread()
    thread.start()
    assert rang.wait(10)
    thread.stop(10)
    assert not thread.is_alive()
