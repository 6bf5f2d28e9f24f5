"""Serve the site on this machine: web processes and the worker together, until Ctrl-C. What `make run` ends in."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

READY_WITHIN = 180  # seconds; a cold start takes two to five, on a busy machine far longer
STOP_WITHIN = 20  # seconds for the last request and the current task
DEMO_ACCOUNTS = {
    "learner": "学员 learner",
    "trainer": "教师 trainer",
    "clerk": "单位联络员 unit clerk",
    "office": "政工室 training office",
    "unit-head": "单位负责人 head of unit",
    "leader": "局领导 leader",
    "editor": "编辑 editor",
    "mediation-editor": "频道编辑（人民调解）channel editor",
    "head": "股室负责人 head of section",
    "reviewer": "保密审查 confidentiality reviewer",
    "admin": "管理员 administrator",
}


class Stopped(Exception):
    """Somebody asked us to stop."""


class Command(BaseCommand):
    help = "Serves the site on this machine: two web processes and the worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="default: $PORT, else 8000")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default: this machine alone")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], free_port(options["host"], options["port"])
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        children: list[subprocess.Popen[bytes]] = []
        try:
            children += [_start(_web(host, port)), _start(_worker())]
            self._wait_until_ready(host, port, children)
            self._greet(port)
            _watch(children)
        except Stopped:
            self.stdout.write("\n正在停止…… Stopping …")
        finally:
            _end(children)

    def _wait_until_ready(self, host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not _answers(host, port):
            _check_alive(children)
            if time.monotonic() > deadline:
                raise CommandError(f"{READY_WITHIN} 秒内未能启动。Not ready after {READY_WITHIN} seconds.")
            time.sleep(0.1)

    def _greet(self, port: int) -> None:
        self.stdout.write(
            f"\n  请打开 Open   http://localhost:{port}/      后台 Admin   http://localhost:{port}/admin/\n\n"
        )
        present = set(get_user_model().objects.filter(username__in=DEMO_ACCOUNTS).values_list("username", flat=True))
        if settings.DEMO_PASSWORD and present:
            for username, role in DEMO_ACCOUNTS.items():
                if username in present:
                    self.stdout.write(f"  {username:<17} {role}")
            self.stdout.write(f"\n  演示账号密码 password of the demo accounts: {settings.DEMO_PASSWORD}\n")
        self.stdout.write("  按 Ctrl-C 停止。Ctrl-C stops.\n")
        self.stdout.flush()


def free_port(host: str, port: str) -> int:
    """Return the port as a number; say in one sentence why it cannot be had."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"PORT 应为 1 至 65535 的数字，现在是“{port}”。PORT must be a number from 1 to 65535.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            raise CommandError(
                f"无权使用端口 {port}，请换 1024 以上的端口。Port {port} needs privileges; choose one above 1024."
            ) from None
        except OSError:
            raise CommandError(
                f"端口 {port} 已被占用，请换一个：PORT=8010 make run。"
                f"Port {port} is in use; choose another: PORT=8010 make run."
            ) from None
    return int(port)


def _web(host: str, port: int) -> list[str]:
    options = ["--bind", f"{host}:{port}", "--workers", "2", "--log-level", "warning", "--no-control-socket"]
    return ["-m", "gunicorn", "cms.wsgi:application", *options]


def _worker() -> list[str]:
    return ["manage.py", "worker", "--no-reload", "--verbosity", "0"]


def _start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches us alone, and we stop the children in order."""
    return subprocess.Popen([sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True)  # noqa: S603 - our own commands


def _answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _check_alive(children: list[subprocess.Popen[bytes]]) -> None:
    if any(child.poll() is not None for child in children):
        raise CommandError("一个进程意外退出，原因见上。A process ended unexpectedly; the reason stands above.")


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    while True:
        _check_alive(children)
        time.sleep(0.5)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Let the children finish what they do; end those that take too long."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
