"""The real server for a drill: production settings, gunicorn as `manage.py serve` starts it, a database of its own."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.management.commands import serve

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
READY_WITHIN = 180  # seconds


def environment(folder: Path, database: str) -> dict[str, str]:
    """What a production server needs to start, with everything it writes below `folder`."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.drills.settings",
        "DRILL_FOLDER": str(folder),
        "DATABASE_URL": database,
        "MEDIA_ROOT": str(folder / "media"),
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "BASE_URL": f"https://{HOST}",
        "MAIL_URL": "dummymail://",
    }


class Server:
    """gunicorn with its two worker processes."""

    def __init__(self, application: str, log: Path) -> None:
        self.port = _free_port()
        command = [sys.executable, *serve._web(HOST, str(self.port))]
        command[command.index("cms.wsgi:application")] = application
        with log.open("ab") as said:
            self.master = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)

    def workers(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.master.pid)], capture_output=True, text=True, check=False)  # noqa: S607 - from the path
        return [int(line) for line in found.stdout.split()]

    def kill_workers(self) -> int:
        """End every worker process in the middle of whatever it does; gunicorn starts new ones. Returns how many."""
        killed = 0
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        return killed

    def wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self.master.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The server did not start.")
            time.sleep(0.2)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def running(log: Path, application: str = "cms.wsgi:application") -> Iterator[Server]:
    server = Server(application, log)
    try:
        server.wait()
        yield server
    finally:
        server.master.terminate()
        server.master.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
