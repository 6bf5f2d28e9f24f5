"""Run the benchmarks: `python -m benchmarks [search …]`. Uses DATABASE_URL, else a throw-away SQLite file."""

import argparse
import os
import sys
import tempfile

PARTS = ("attendance", "enrolment", "imports", "pages", "search")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; without any: all")
    parser.add_argument("--search-pages", type=int, default=10_000, help="how many pages are searched")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="training-bench-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        import django

        django.setup()
        sys.exit(_run(options))


def _run(options: argparse.Namespace) -> int:
    from django.db import connection

    from benchmarks import attendance, enrolment, imports, pages, search

    measures = {
        "attendance": attendance.measure,
        "enrolment": enrolment.measure,
        "imports": imports.measure,
        "pages": pages.measure,
        "search": lambda: search.measure(options.search_pages),
    }
    _prepare()
    print(f"Database: {connection.vendor}")
    figures = [figure for part in options.parts or PARTS for figure in measures[part]()]
    for figure in figures:
        print(figure.line())
    return int(not all(figure.is_met for figure in figures))


def _prepare() -> None:
    """Fill an empty database of our own; never touch one that holds rows."""
    from django.core.management import call_command
    from django.db import connection

    if connection.introspection.table_names():
        raise SystemExit("The benchmarks need an empty database; name one with DATABASE_URL.")
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
