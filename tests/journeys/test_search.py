"""Searching by keyboard and by thumb: suggestions, results, facets, other words, nothing found."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

WIDTHS = [360, 1280]


@pytest.mark.parametrize("width", WIDTHS)
def test_suggestions_answer_the_keyboard_as_a_combobox_should(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    page.goto("/search/")
    field = page.locator("#search-words")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("公文")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    expect(field).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowUp")  # from the box to the last one
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("公文")


def test_enter_opens_the_suggestion_that_is_chosen(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/search/")
    page.keyboard.type("gongwen")  # with the keyboard still in English
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    address = str(option.get_attribute("data-url"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_results_and_their_facets_are_open_to_everybody(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    page.goto("/search/?q=调解")
    expect(page.locator(".result").first).to_be_visible()
    assert page.locator(".result mark").count() > 0
    assert barriers(page) == []
    assert (overflow(page), small_targets(page)) == (0, [])
    boxes = page.locator("input[name=type]")
    if width > 1000:
        boxes.first.check()
        page.wait_for_url(re.compile("type="))
        expect(page.locator(".chip").first).to_be_visible()
        assert barriers(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_who_finds_nothing_is_told_what_to_try(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    page.goto("/search/?q=毫不相干的词")
    expect(page.locator("#nothing-title")).to_be_visible()
    assert page.locator("#ways-title").count() == 1
    assert barriers(page) == []
    assert (overflow(page), small_targets(page)) == (0, [])


def test_the_key_leads_to_the_box_of_any_page(open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto("/courses/")
    page.keyboard.press("/")
    field = page.locator("header input[type=search]")
    expect(field).to_be_focused()
    page.keyboard.type("调解")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator(".result").first).to_be_visible()


def test_without_javascript_the_box_is_a_form(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/search/")
    page.locator("#search-words").fill("公文")
    page.locator("#search-form button[type=submit]").first.click()
    assert "q=" in page.url
    assert page.locator(".result").count() > 0
