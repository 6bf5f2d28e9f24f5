"""A server of the site for measuring, and clients that ask it."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from django.conf import settings

CLIENTS, SECONDS = 4, 5.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*, keeps: bool = True) -> Iterator[int]:
    """Run gunicorn with two workers and give its port. Without `keeps` it holds nothing ready between requests."""
    port = _free_port()
    address = ["-b", f"127.0.0.1:{port}", "-w", "2", "--log-level=error"]
    command = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi", *address]
    process = subprocess.Popen(command, env={**os.environ, "BENCH_KEEPS": "yes" if keeps else ""})
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait(port: int) -> None:
    for _ in range(900):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("The benchmark server did not start.")


def rate(port: int, path: str, cookie: str = "") -> float:
    """Requests answered per second by `CLIENTS` threads during `SECONDS`, after a short warm-up."""
    _repeat(port, path, cookie, 1.0)
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda _: _repeat(port, path, cookie, SECONDS), range(CLIENTS)))
    times = [took for part in parts for took in part]
    print(f"  {path}: median {statistics.median(times) * 1000:.1f} ms, p95 {p95(times) * 1000:.1f} ms")
    return len(times) / SECONDS


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _repeat(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    times, end = [], time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        status, _ = ask(port, path, cookie)
        assert status == 200, f"{path} answered {status}"
        times.append(time.perf_counter() - start)
    return times


def ask(port: int, path: str, cookie: str = "", **headers: str) -> tuple[int, bytes]:
    """Return status and body of one request on a connection of its own; `cookie` is the key of a session."""
    if cookie:
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body
