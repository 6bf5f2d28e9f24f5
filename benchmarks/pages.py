"""Pages over HTTP: the course page and the catalogue against a bare view, all on one gunicorn with two workers."""

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

from benchmarks.report import Figure
from tests.factories import CoursePageFactory, CourseRunFactory, LessonPageFactory

CLIENTS, SECONDS = 4, 5.0
BODY = [("heading", {"text": "为什么学", "level": "2"}), ("text", "<p>公文是机关履行职能的工具。</p>")]


def measure() -> list[Figure]:
    _make_pages()
    with _server() as port:
        bare = _rate(port, "/bare/")
        found = [("course page", "/courses/bench/", 0.01), ("catalogue", "/courses/", 0.005), ("home", "/", 0.01)]
        return [
            Figure(f"{name}, anonymous", _rate(port, path), "bare view, same server", bare, "req/s", wanted)
            for name, path, wanted in found
        ]


def _make_pages() -> None:
    course = CoursePageFactory(slug="bench", title="公文写作提升班", body=BODY * 5)
    for _ in range(6):
        LessonPageFactory(parent=course)
    for _ in range(3):
        CourseRunFactory(course=course)
    for _ in range(30):
        CourseRunFactory()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server() -> Iterator[int]:
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "benchmarks.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
        "--log-level=error",
    ]
    process = subprocess.Popen(command, env=os.environ)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("The benchmark server did not start.")


def _rate(port: int, path: str) -> float:
    """Requests answered per second by `CLIENTS` threads during `SECONDS`, after a short warm-up."""
    _ask(port, path, 1.0)
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda _: _ask(port, path, SECONDS), range(CLIENTS)))
    times = [took for part in parts for took in part]
    print(f"  {path}: median {statistics.median(times) * 1000:.1f} ms, p95 {_p95(times) * 1000:.1f} ms")
    return len(times) / SECONDS


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _ask(port: int, path: str, seconds: float) -> list[float]:
    times, end = [], time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        connection.close()
        assert response.status == 200, f"{path} answered {response.status}"
        times.append(time.perf_counter() - start)
    return times
