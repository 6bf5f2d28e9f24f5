"""Pages over HTTP, on one gunicorn with two workers: for visitors beside a bare view, for readers beside themselves.

Whoever is signed in gets a page of his or her own. What every reader sees alike is kept by each process; the same page
from a server that keeps nothing shows what that is worth.
"""

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images.tests.utils import get_test_image_file

from benchmarks.report import Figure
from benchmarks.server import rate, server
from core.models import Picture
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, LessonPageFactory, UserFactory

MOST_QUERIES = 10
COURSE, CATALOGUE, HOME = "/courses/bench/", "/courses/", "/"
BARE, WITHOUT = "bare view, same server", "the same, nothing kept"


def measure() -> list[Figure]:
    cookie = _make_pages()
    with server() as port, server(keeps=False) as other:
        bare = rate(port, "/bare/")
        figures = [
            Figure(f"{name}, anonymous", rate(port, path), BARE, bare, "req/s", wanted)
            for name, path, wanted in (("course page", COURSE, 0.8), ("catalogue", CATALOGUE, 0.8), ("home", HOME, 0.8))
        ]
        figures += [
            Figure(f"{name}, signed in", rate(port, path, cookie), WITHOUT, rate(other, path, cookie), "req/s", wanted)
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
