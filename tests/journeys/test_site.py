"""Notices, channels, trainers, the library, the register; and what the office keeps of them in the admin."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

PAGES = [
    ("", "/courses/mediation/"),
    ("", "/trainers/"),
    ("", "/trainers/yang-shouxin/"),
    ("", "/library/"),
    ("", "/statutes/"),
    ("", "/notices/constitution-class/"),
    ("learner", "/courses/mediation/"),
    ("learner", "/library/"),
    ("learner", "/notices/year-end-check/"),
]


@pytest.mark.parametrize(("reader", "path"), PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_open_to_everybody(open_page: OpenPage, reader: str, path: str, width: int) -> None:
    page = open_page(width=width, as_=reader)
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert overflow(page) == 0
    if width == 360:
        assert small_targets(page) == []


@pytest.mark.parametrize("path", ["/admin/notice-confirmations/", "/admin/statutes/", "/admin/old-citations/"])
@pytest.mark.parametrize("width", [360, 1280])
def test_screens_of_the_office_are_open_to_everybody(open_page: OpenPage, path: str, width: int) -> None:
    page = open_page(width=width, as_="office")
    page.goto(path)
    assert page.locator("h1").count() == 1
    assert barriers(page) == []


def test_a_clerk_finds_who_has_not_confirmed(open_page: OpenPage) -> None:
    page = open_page(width=1280, as_="clerk")
    page.goto("/admin/")
    page.get_by_role("link", name="关于核对本年度培训学时的通知").click()
    expect(page.locator("tbody tr").first).to_be_visible()
    assert barriers(page) == []


def test_one_press_confirms_without_javascript(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner", javascript=False)
    page.goto("/notices/constitution-class/")
    button = page.locator("#confirm button[type=submit]")
    if button.count():
        button.click()
    expect(page.locator("#confirm .confirm__done")).to_be_visible()
