"""What happens in the drill: rushes in calm, rushes while processes are killed, and the control without the lock."""

import os
import random
import statistics
import time
from argparse import Namespace
from pathlib import Path

from courses.models import CourseRun
from tests.drills import judging, stage
from tests.drills.learners import Learner, Rush, each
from tests.drills.server import Server, running

UNLOCKED = "tests.drills.unlocked:application"


def drill(options: Namespace) -> int:
    """Play every act; return 1 if one of them was not as it must be."""
    log = Path(os.environ["DRILL_FOLDER"]) / "log"
    stage.build()
    with running(log) as server:
        start = time.monotonic()
        learners = stage.signed_in(server.port, options.people)
        print(f"{options.people} people signed in, {time.monotonic() - start:.0f} s", flush=True)
        bad = sum([_calm(learners, seed, options) for seed in options.seeds])
        bad += sum([_stormy(learners, seed, options, server) for seed in options.kill_seeds])
    with running(log, UNLOCKED) as server:
        for learner in learners:
            learner.port = server.port
        bad += not _calm(learners, 1, options, name="without the lock, must fail")
    return int(bad > 0)


def _calm(learners: list[Learner], seed: int, options: Namespace, name: str = "") -> bool:
    run, rush = _ready(learners, seed, options)
    for _ in rush:
        pass
    return _judge(name or f"seed {seed}", run, rush)


def _stormy(learners: list[Learner], seed: int, options: Namespace, server: Server) -> bool:
    """Kill all workers whenever so many more have their answer, and a random moment later."""
    run, rush = _ready(learners, seed, options)
    chance, killed, times = random.Random(seed), 0, 0  # noqa: S311 - repeatable
    for answered in rush:
        if times < options.kills and answered >= (times + 1) * len(learners) // (options.kills + 1):
            time.sleep(chance.uniform(0, 0.05))
            killed += server.kill_workers()
            times += 1
    return _judge(f"seed {seed}, {times} × kill -9 ({killed} processes)", run, rush) or times < options.kills


def _ready(learners: list[Learner], seed: int, options: Namespace) -> tuple[CourseRun, Rush]:
    run = stage.next_run(options.seats)
    each(learners, lambda learner: learner.open_page(run.pk))
    return run, Rush(list(learners), run.pk, seed, options.spread)


def _judge(name: str, run: CourseRun, rush: Rush) -> bool:
    """Print the figures and every fault; True if there is one."""
    found = judging.faults(run, rush.presses, rush.people)
    print(f"{name}: {_figures(run, rush)}{'' if found else ': ok'}", flush=True)
    for fault in found:
        print(f"    {fault}", flush=True)
    return bool(found)


def _figures(run: CourseRun, rush: Rush) -> str:
    presses = rush.presses
    wrong, pairs = judging.inversions(presses, judging.order_of(run))
    times = sorted(press.took for press in presses)
    begin, end = min(press.sent for press in presses), max(press.received for press in presses)
    errors = sum(press.answer is None or press.answer.status >= 500 for press in presses)
    retries, lost = sum(press.tries - 1 for press in presses), judging.replayed(run, presses)
    return (
        f"{run.seats_taken} seats, {run.queue_length} waiting, {errors} × 5xx, {retries} retries "
        f"({lost} after the answer was lost), {len(wrong)} inversions of {pairs} pairs, "
        f"p50 {statistics.median(times):.2f} s, p95 {times[int(len(times) * 0.95)]:.2f} s, all in {end - begin:.1f} s"
    )
