"""Everything that can be checked without running a test. Runs all of it, then says what failed."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
APPS = ["cms", "core", "courses", "home", "messaging", "people"]

CHECKS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "--diff", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "types": [str(BIN / "mypy"), *APPS],
    "imports": [str(BIN / "lint-imports")],
    "templates": [str(BIN / "djlint"), "--lint", "--quiet", *APPS],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "messages": [sys.executable, "scripts/check_messages.py"],
    "wagtail": [sys.executable, "scripts/check_wagtail_messages.py"],
    "deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING", "--database", "default"],
    "traces": [sys.executable, "scripts/check_traces.py"],
}


def environments(folder: str) -> dict[str, dict[str, str]]:
    """What a check needs beside the caller's environment: production's variables, a database that nobody misses."""
    database = {"DATABASE_URL": f"sqlite:///{folder}/check.sqlite3"}
    production = {
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "training.example",
        "BASE_URL": "https://training.example",
        "MAIL_URL": "smtp+tls://user:password@mail.example:587",
    }
    return {"migrations": database, "types": database, "deployment": database | production}


def passes(name: str, environment: dict[str, str]) -> bool:
    start = time.monotonic()
    result = subprocess.run(
        CHECKS[name], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    good = result.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'} {name:<11} {time.monotonic() - start:5.1f} s", flush=True)
    if not good:
        print(result.stdout + result.stderr, flush=True)
    return good


def main() -> int:
    names = sys.argv[1:] or list(CHECKS)
    with tempfile.TemporaryDirectory(prefix="training-check-") as folder:
        extra = environments(folder)
        failed = [name for name in names if not passes(name, extra.get(name, {}))]
    print(f"CHECK FAILED: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
