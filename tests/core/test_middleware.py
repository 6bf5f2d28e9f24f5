"""Language, privacy and content security of every response."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from core.middleware import LargePagesMiddleware
from tests.factories import UserFactory, catalogue

pytestmark = pytest.mark.django_db


def test_pages_of_signed_in_people_are_kept_out_of_caches(client):
    catalogue()
    assert "Cache-Control" not in client.get("/courses/").headers
    client.force_login(UserFactory())
    assert client.get("/courses/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("cookie", "asked", "language"), [("", "en", "zh-hans"), ("en", "zh", "en"), ("xx", "en", "zh-hans")]
)
def test_the_reader_s_choice_decides_the_language_not_the_browser(client, settings, cookie, asked, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get("/accounts/login/", headers={"accept-language": asked})
    assert answer.headers["Content-Language"] == language


def test_content_security_policy_is_strict_outside_the_admin(client):
    policies = {
        path: dict(
            part.strip().split(" ", 1) for part in client.get(path).headers["Content-Security-Policy"].split(";")
        )
        for path in ("/accounts/login/", "/admin/login/")
    }
    public, admin = policies["/accounts/login/"], policies["/admin/login/"]
    assert (public["script-src"], public["style-src"], public["object-src"]) == ("'self'", "'self'", "'none'")
    assert (admin["script-src"], admin["style-src"]) == ("'self'", "'self' 'unsafe-inline'")


def large(content_type="text/html; charset=utf-8", *, everybody=False):
    response = HttpResponse("字" * 10_000, content_type=content_type)
    response.is_for_everybody = everybody
    return response


@pytest.mark.parametrize(
    ("response", "packed"),
    [
        (large(), True),
        (large(everybody=True), False),
        (large("application/pdf"), False),
        (HttpResponse("字" * 5_000), False),
        (StreamingHttpResponse(iter(["字" * 10_000]), content_type="text/html"), False),
    ],
    ids=["page", "for everybody", "file", "small", "stream"],
)
def test_only_large_pages_of_somebody_are_packed(rf, response, packed):
    middleware = LargePagesMiddleware(lambda request: response)
    answer = middleware(rf.get("/", headers={"accept-encoding": "gzip"}))
    assert (answer.get("Content-Encoding") == "gzip", "Content-Length" in answer) == (packed, packed)
    if packed:
        assert gzip.decompress(answer.content).decode() == "字" * 10_000
        assert answer["Vary"] == "Accept-Encoding"


def test_whoever_does_not_ask_for_a_packed_page_gets_it_plain(rf):
    answer = LargePagesMiddleware(lambda request: large())(rf.get("/"))
    assert (answer.content.decode(), "Content-Encoding" in answer) == ("字" * 10_000, False)
