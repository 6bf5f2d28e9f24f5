"""Run every benchmark: `python -m benchmarks`. Uses DATABASE_URL, else a throw-away SQLite file."""

import os
import sys
import tempfile


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="training-bench-") as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        import django

        django.setup()
        sys.exit(_run())


def _run() -> int:
    from django.db import connection

    from benchmarks import enrolment, pages

    _prepare()
    print(f"Database: {connection.vendor}")
    figures = [*enrolment.measure(), *pages.measure()]
    for figure in figures:
        print(figure.line())
    return int(any(figure.ratio < figure.wanted for figure in figures))


def _prepare() -> None:
    """Fill an empty database of our own; never touch one that holds rows."""
    from django.core.management import call_command
    from django.db import connection

    if connection.introspection.table_names():
        raise SystemExit("The benchmarks need an empty database; name one with DATABASE_URL.")
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    main()
