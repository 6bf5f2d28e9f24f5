"""A full room checks in over HTTP: 300 phones in a minute from one address, half of them not signed in.

    make drill-checkin                                              both databases
    make drill-checkin ARGS="--only sqlite --people 60 --seconds 12"

Everybody scans what the screen shows at that moment. Nobody may be lost or slowed down, each is one mark, and one
person who scans fifty times at once is one mark too.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import django

from scripts import postgres
from tests.drills.server import ROOT, environment


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that servers are stopped and folders removed
    options = _options()
    if options.here:
        return _drill(options)
    results = {name: _on(name, sys.argv[1:]) for name in options.only or ("sqlite", "postgresql")}
    for name, result in results.items():
        print(f"{name}: {result}")
    return int(any(result != "passed" for result in results.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=("sqlite", "postgresql"), help="without it: both")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60, help="within which everybody scans")
    parser.add_argument("--at-once", type=int, default=50, help="scans of one person at the same moment")
    parser.add_argument("--limit", type=float, default=1.5, help="seconds in which 95 of 100 are answered")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the environment as it is
    return parser.parse_args()


def _on(name: str, arguments: list[str]) -> str:
    """Run the drill on one database in a process of its own; return how it went."""
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", "tests.drills.check_in", "--here", *arguments]
    with tempfile.TemporaryDirectory(prefix="training-drill-") as folder:
        if name == "sqlite":
            return _result(command, environment(Path(folder), f"sqlite:///{folder}/db.sqlite3"))
        binaries = postgres.binaries()
        if binaries is None:
            return "left out: no PostgreSQL server found (Debian: apt-get install postgresql)"
        with postgres.server(binaries) as address:
            return _result(command, environment(Path(folder), address))


def _result(command: list[str], variables: dict[str, str]) -> str:
    return "FAILED" if subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode else "passed"


def _drill(options: argparse.Namespace) -> int:
    django.setup()
    from tests.drills.phones import drill

    return drill(options)


if __name__ == "__main__":
    sys.exit(main())
