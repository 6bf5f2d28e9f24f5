"""Run all tests: on SQLite, again on PostgreSQL, and the journeys in a real browser.

    make test                           everything that this machine can run
    make test ARGS="tests/courses -k enrol"     some of it
    make test ARGS=--only=sqlite        one tier: sqlite, postgresql or journeys

What cannot run is left out with its reason. With CI=true or STRICT=1 leaving out is a failure.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import chromium, postgres  # noqa: E402 - the folder must be importable first
from scripts.compile_messages import compile_messages  # noqa: E402

STRICT = os.environ.get("CI") == "true" or os.environ.get("STRICT") == "1"
PYTEST = [sys.executable, "-m", "pytest"]
NOTHING_SELECTED = 5  # pytest's own exit code
TESTS_WITHOUT_BROWSER = ["-m", "not journey and not slow", "-n", "2"]
JOURNEYS = ["-m", "journey", "-p", "no:randomly"]


@dataclass
class Result:
    tier: str
    outcome: str  # passed, failed, left out, nothing selected
    note: str = ""
    seconds: float = 0

    @property
    def is_bad(self) -> bool:
        return self.outcome == "failed" or (STRICT and self.outcome == "left out")


def pytest(arguments: list[str], **environment: str) -> str:
    command = [*PYTEST, *arguments]
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
    return {0: "passed", NOTHING_SELECTED: "nothing selected"}.get(code, "failed")


def sqlite(extra: list[str]) -> Result:
    address = f"sqlite:///{ROOT / 'var' / 'test-unused.sqlite3'}"
    return Result("sqlite", pytest([*TESTS_WITHOUT_BROWSER, *extra], DATABASE_URL=address))


def postgresql(extra: list[str]) -> Result:
    folder = postgres.binaries()
    if folder is None:
        return Result("postgresql", "left out", "no PostgreSQL server found (Debian: apt-get install postgresql)")
    with postgres.server(folder) as address:
        return Result("postgresql", pytest([*TESTS_WITHOUT_BROWSER, *extra], DATABASE_URL=address))


def journeys(extra: list[str]) -> Result:
    if chromium.find() is None:
        return Result("journeys", "left out", "no Chromium found (Debian: apt-get install chromium fonts-noto-cjk)")
    return Result("journeys", pytest([*JOURNEYS, *extra]))


TIERS: dict[str, Callable[[list[str]], Result]] = {"sqlite": sqlite, "postgresql": postgresql, "journeys": journeys}


def run(tier: str, extra: list[str]) -> Result:
    print(f"\n=== {tier}", flush=True)
    start = time.monotonic()
    result = TIERS[tier](extra)
    result.seconds = time.monotonic() - start
    return result


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that servers are stopped and folders removed
    only = [argument.removeprefix("--only=") for argument in sys.argv[1:] if argument.startswith("--only=")]
    extra = [argument for argument in sys.argv[1:] if not argument.startswith("--only=")]
    compile_messages()
    results = [run(tier, extra) for tier in only or TIERS]
    print("\n=== summary")
    for result in results:
        print(f"{result.tier:<12} {result.outcome:<17} {result.seconds:5.0f} s  {result.note}".rstrip())
    ran = any(result.outcome in ("passed", "failed") for result in results)
    good = ran and not any(result.is_bad for result in results)
    print("All tests passed." if good else "TESTS FAILED.", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
