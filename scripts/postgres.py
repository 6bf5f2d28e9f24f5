"""A throw-away PostgreSQL server for tests: made in a temporary folder, on a loopback port, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = "training"
# Tests may lose their data in a power cut; they may not take ten minutes.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "600"}


def binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl: on the path, or where Debian keeps the newest version."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in candidates if (folder / "pg_ctl").exists()), None)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server made with the binaries in `folder`; give the DATABASE_URL."""
    home = Path(tempfile.mkdtemp(prefix="training-postgres-"))
    account = _unprivileged(home)
    port = _free_port()
    options = [f"-p {port}", "-h 127.0.0.1", f"-k {home}", *(f"-c {name}={value}" for name, value in SETTINGS.items())]
    control = [str(folder / "pg_ctl"), "-D", str(home / "data"), "-s"]
    try:
        _run([str(folder / "initdb"), "-D", str(home / "data"), "-U", USER, "-A", "trust", "-E", "UTF8",
              "--locale=C", "--no-sync"], account)  # fmt: skip
        _run([*control, "-w", "-l", str(home / "log"), "-o", " ".join(options), "start"], account)
        yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], capture_output=True, cwd="/", check=False, **account)
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: hand the folder to an ordinary account and say how to run as it."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(home, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str], account: dict[str, Any]) -> None:
    """Run quietly; show what it said only if it failed. A file, not a pipe: the server keeps the handle open."""
    with tempfile.TemporaryFile() as said:
        result = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False, **account)
        if result.returncode:
            said.seek(0)
            raise SystemExit(said.read().decode(errors="replace"))
