"""The last seats over HTTP: 500 people, 100 seats, two server processes; also while these are killed again and again.

    make drill-signup                                               both databases, seeds 1 to 10
    make drill-signup ARGS="--only sqlite --seeds 1-2 --people 120 --seats 30 --kill-seeds 1"

Each seed is a class of its own. At the end the same rush meets the site without its lock and has to go wrong.
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
    parser.add_argument("--seeds", type=_seeds, default=_seeds("1-10"), help="such as 1-10; 0 for none")
    parser.add_argument("--kill-seeds", type=_seeds, default=_seeds("1-10"), help="the same with workers killed")
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seats", type=int, default=100)
    parser.add_argument("--kills", type=int, default=8, help="how often all workers are killed in one rush")
    parser.add_argument("--spread", type=float, default=3, help="seconds within which the second half presses")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the environment as it is
    return parser.parse_args()


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return [seed for seed in range(int(first), int(last or first) + 1) if seed]


def _on(name: str, arguments: list[str]) -> str:
    """Run the drill on one database in a process of its own; return how it went."""
    print(f"\n=== {name}", flush=True)
    command = [sys.executable, "-m", "tests.drills.sign_up", "--here", *arguments]
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
    from tests.drills.acts import drill

    return drill(options)


if __name__ == "__main__":
    sys.exit(main())
