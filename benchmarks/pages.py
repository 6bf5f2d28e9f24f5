"""Pages over HTTP, on one gunicorn with two workers: for visitors beside a bare view, for readers beside themselves.

Whoever is signed in gets a page of his or her own. What every reader sees alike is kept by each process; the same page
from a server that keeps nothing shows what that is worth.
"""

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
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images.tests.utils import get_test_image_file

from benchmarks.report import Figure
from core.models import Picture
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, LessonPageFactory, UserFactory

CLIENTS, SECONDS = 4, 5.0
MOST_QUERIES = 10
COURSE, CATALOGUE, HOME = "/courses/bench/", "/courses/", "/"
BARE, WITHOUT = "bare view, same server", "the same, nothing kept"


def measure() -> list[Figure]:
    cookie = _make_pages()
    with _server() as port, _server(keeps=False) as other:
        bare = _rate(port, "/bare/")
        figures = [
            Figure(f"{name}, anonymous", _rate(port, path), BARE, bare, "req/s", wanted)
            for name, path, wanted in (("course page", COURSE, 0.8), ("catalogue", CATALOGUE, 0.8), ("home", HOME, 0.8))
        ]
        figures += [
            Figure(
                f"{name}, signed in", _rate(port, path, cookie), WITHOUT, _rate(other, path, cookie), "req/s", wanted
            )
            for name, path, wanted in (("course page", COURSE, 2.5), ("catalogue", CATALOGUE, 1), ("home", HOME, 1))
        ]
    found = _queries(cookie)
    return [*figures, Figure("course page, queries", found, "at most", MOST_QUERIES, "", 1, is_cost=True)]


def _make_pages() -> str:
    """Make a site like the real one; return the cookie of somebody who is signed in and takes two classes."""
    pictures = [
        Picture.objects.create(
            title=f"图{number}", file=get_test_image_file(filename=f"{number}.png", size=(1200, 800))
        )
        for number in range(7)
    ]
    body = [("heading", {"text": "为什么学", "level": "2"}), ("text", "<p>公文是机关履行职能的工具。</p>")] * 5
    body += [("image", {"image": picture, "alt_text": "", "caption": ""}) for picture in pictures[1:]]
    course = CoursePageFactory(slug="bench", title="公文写作提升班", body=body, cover=pictures[0])
    for _ in range(6):
        LessonPageFactory(parent=course)
    for _ in range(3):
        CourseRunFactory(course=course)
    for _ in range(30):
        CourseRunFactory()
    person = UserFactory()
    for _ in range(2):
        EnrolmentFactory(person=person)
    client = Client()
    client.force_login(person)
    client.get(COURSE)  # makes the sizes of the pictures
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _queries(cookie: str) -> int:
    """Return how many queries the course page takes once what can be kept is kept."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    client.get(COURSE)
    with CaptureQueriesContext(connection) as found:
        assert client.get(COURSE).status_code == 200
    return len(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(*, keeps: bool = True) -> Iterator[int]:
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


def _rate(port: int, path: str, cookie: str = "") -> float:
    """Requests answered per second by `CLIENTS` threads during `SECONDS`, after a short warm-up."""
    _ask(port, path, cookie, 1.0)
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda _: _ask(port, path, cookie, SECONDS), range(CLIENTS)))
    times = [took for part in parts for took in part]
    print(f"  {path}: median {statistics.median(times) * 1000:.1f} ms, p95 {_p95(times) * 1000:.1f} ms")
    return len(times) / SECONDS


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _ask(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    times, end = [], time.perf_counter() + seconds
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}
    while (start := time.perf_counter()) < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        connection.close()
        assert response.status == 200, f"{path} answered {response.status}"
        times.append(time.perf_counter() - start)
    return times
