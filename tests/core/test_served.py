"""One stored file over HTTP: whole, in part, or not at all."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404
from django.test import RequestFactory
from django.utils.http import http_date

from core import served

BODY = bytes(range(256)) * 4
SIZE = len(BODY)
answers_open = []


@pytest.fixture(autouse=True)
def close_answers():
    """As the server does when an answer was sent."""
    yield
    while answers_open:
        for close in answers_open.pop()._resource_closers:
            close()


@pytest.fixture
def stored():
    name = default_storage.save("documents/file.bin", ContentFile(BODY))
    yield served.look_up(default_storage, name)
    default_storage.delete(name)


def ask(stored, method="get", kind="application/pdf", name="讲义.pdf", **headers):
    request = getattr(RequestFactory(), method)("/", headers={k.replace("_", "-"): v for k, v in headers.items()})
    answers_open.append(served.send(request, stored, kind=kind, name=name))
    return answers_open[-1]


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_the_whole_file(stored):
    response = ask(stored)
    assert (response.status_code, body(response)) == (200, BODY)
    assert {name: response[name] for name in ("Accept-Ranges", "Content-Length", "ETag", "Last-Modified")} == {
        "Accept-Ranges": "bytes", "Content-Length": str(SIZE), "ETag": stored.etag,
        "Last-Modified": http_date(stored.written),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=1000-5000", 1000, SIZE - 1),
        ("bytes=1020-", 1020, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        ("bytes=-5000", 0, SIZE - 1),
        ("Bytes = 5-6", 5, 6),
    ],
)
def test_a_part(stored, asked, first, last):
    response = ask(stored, Range=asked)
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {first}-{last}/{SIZE}")
    assert (response["Content-Length"], body(response)) == (str(last - first + 1), BODY[first : last + 1])


@pytest.mark.parametrize(
    "asked", ["bytes=1024-", "bytes=5-2", "bytes=-0", "bytes=-", "bytes=a-b", "bytes=", "bytes=1", "bytes=" + "9" * 50]
)
def test_nonsense(stored, asked):
    response = ask(stored, Range=asked)
    assert (response.status_code, response["Content-Range"], body(response)) == (416, f"bytes */{SIZE}", b"")


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=0-1,4-5", ""])
def test_what_is_not_served_in_parts_is_served_whole(stored, asked):
    assert ask(stored, Range=asked).status_code == 200


def test_a_part_of_the_file_as_it_was_brings_the_whole_of_the_new_one(stored):
    asked = {"Range": "bytes=0-3"}
    day_before = http_date(stored.written - 86400)
    conditions = [stored.etag, http_date(stored.written), '"another"', f"W/{stored.etag}", day_before, "nonsense"]
    answers = [ask(stored, If_Range=condition, **asked).status_code for condition in conditions]
    assert answers == [206, 206, 200, 200, 200, 200]


def test_a_player_that_asks_for_all_gets_a_piece(stored, monkeypatch):
    monkeypatch.setattr(served, "PIECE", 100)
    response = ask(stored, kind="video/mp4", Range="bytes=50-")
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes 50-149/{SIZE}")
    assert body(response) == BODY[50:150]
    assert ask(stored, Range="bytes=50-")["Content-Length"] == str(SIZE - 50)  # a download goes on to the end


def test_what_the_reader_has_is_not_sent_again(stored):
    for headers in ({"If_None_Match": stored.etag}, {"If_Modified_Since": http_date(stored.written)}):
        response = ask(stored, **headers)
        assert (response.status_code, response["ETag"], response["Cache-Control"], response.content) == (
            304, stored.etag, "private, no-store", b"",
        )  # fmt: skip
    older = {"If_None_Match": '"another"', "If_Modified_Since": http_date(stored.written)}
    assert ask(stored, **older).status_code == 200


def test_the_head_tells_the_size_and_brings_nothing(stored):
    for headers in ({}, {"Range": "bytes=0-3"}):
        response = ask(stored, "head", **headers)
        assert (response.status_code, response["Content-Length"], response.content) == (200, str(SIZE), b"")


@pytest.mark.parametrize(
    ("kind", "way", "policy"),
    [
        ("application/pdf", "inline", "object-src 'self'"),
        ("video/mp4", "inline", "media-src 'self'"),
        ("audio/mpeg", "inline", "media-src 'self'"),
        ("text/plain; charset=utf-8", "attachment", "sandbox"),
        ("text/html", "attachment", "sandbox"),
        ("image/svg+xml", "attachment", "sandbox"),
        ("application/zip", "attachment", "sandbox"),
    ],
)
def test_a_browser_shows_what_cannot_act_and_saves_the_rest(stored, kind, way, policy):
    response = ask(stored, kind=kind)
    assert response["Content-Disposition"] == f"{way}; filename*=utf-8''%E8%AE%B2%E4%B9%89.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert policy in response["Content-Security-Policy"]


def test_a_name_cannot_write_a_header(stored):
    response = ask(stored, name='a"\r\nSet-Cookie: x=1.pdf')
    assert "\r" not in response["Content-Disposition"]
    assert "Set-Cookie" not in response.headers


def test_a_file_that_is_gone():
    with pytest.raises(Http404):
        served.look_up(default_storage, "documents/gone.pdf")


def test_a_large_file_comes_in_small_pieces(monkeypatch):
    monkeypatch.setattr(served, "CHUNK", 10)
    name = default_storage.save("documents/large.bin", ContentFile(bytes(95)))
    response = ask(served.look_up(default_storage, name), Range="bytes=1-50")
    assert [len(chunk) for chunk in response] == [10] * 5
