"""Every main page, as each kind of reader meets it: one heading, no barrier, no sideways scrolling, thumb-sized."""

import pytest

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

PAGES = [
    ("", "/"),
    ("", "/courses/"),
    ("", "/courses/?q=公文"),
    ("", "/notices/"),
    ("", "/accounts/login/"),
    ("", "/accounts/password/reset/"),
    ("", "/display/"),
    ("", "/no-such-page/"),
    ("learner", "/"),
    ("learner", "/my/"),
    ("learner", "/my/messages/"),
    ("learner", "/my/messages/settings/"),
    ("learner", "/accounts/password/change/"),
    ("trainer", "/teach/"),
    ("office", "/teach/"),
    ("admin", "/my/messages/"),
]


@pytest.mark.parametrize(("reader", "path"), PAGES)
def test_page_is_open_to_everybody(open_page: OpenPage, reader: str, path: str) -> None:
    page = open_page(width=360, as_=reader)
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert (overflow(page), small_targets(page)) == (0, [])


@pytest.mark.parametrize("path", ["/", "/courses/", "/accounts/login/"])
def test_page_fits_the_narrowest_screen(open_page: OpenPage, path: str) -> None:
    page = open_page(width=320)
    page.goto(path)
    assert overflow(page) == 0


def test_reader_without_javascript_gets_the_catalogue(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/")
    page.locator("a[href='/courses/']").first.click()
    assert page.url.endswith("/courses/")
    assert page.locator("main a[href^='/courses/']").count() > 5


def test_language_can_be_changed(open_page: OpenPage) -> None:
    page = open_page(language="en")
    page.goto("/accounts/login/")
    assert page.locator("html").get_attribute("lang") == "en"
