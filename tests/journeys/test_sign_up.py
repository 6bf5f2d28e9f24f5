"""A seat becomes free: the office adds seats, the next in the queue accepts on the phone; a clash; no JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

FULL = "2026-JC-01-01"
ROSTER = Path(__file__).resolve().parent.parent / "data" / "dirty_roster.xlsx"


def run_form(page: Page, class_no: str) -> str:
    """The address of the form of a class, by way of the list."""
    page.goto(f"/admin/runs/?q={class_no}")
    link = page.locator("a[href*='/admin/runs/edit/']").first.get_attribute("href")
    assert link
    return link


def add_seats(page: Page, class_no: str, more: int) -> None:
    page.goto(run_form(page, class_no))
    field = page.locator("input[name='capacity']")
    field.fill(str(int(field.input_value()) + more))
    page.locator(
        "form button[type=submit][name='action-edit'], form button.action-save, form button[type=submit]"
    ).last.click()
    page.wait_for_load_state("networkidle")


def test_added_seats_are_offered_and_accepted_on_the_phone(open_page: OpenPage) -> None:
    phone = open_page(width=360, as_="learner")
    phone.goto("/my/")
    expect(phone.locator("main")).to_contain_text("候补第4位")
    add_seats(open_page(as_="office"), FULL, 4)
    phone.goto("/my/")
    expect(phone.locator("main")).to_contain_text("有名额空出，已为您保留")
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])
    phone.get_by_role("button", name=re.compile("接受名额")).first.tap()
    expect(phone.locator(".notice--success").first).to_contain_text("名额已归您")
    phone.goto("/my/messages/")
    expect(phone.locator("main")).to_contain_text("基层法律服务工作者执业规范")


def test_a_full_class_queues_without_javascript(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False, as_="learner")
    page.goto("/my/busy/")
    page.locator("#id_day").fill("2030-01-02")
    page.locator("#id_begins").fill("09:00")
    page.locator("#id_ends").fill("08:00")
    page.locator("#id_note").fill("值班室")
    page.locator("main form button.button--primary").last.tap()
    expect(page.locator(".field__error").first).to_be_visible()
    assert page.locator("#id_note").input_value() == "值班室"
    page.locator("#id_ends").fill("10:00")
    page.locator("main form button.button--primary").last.tap()
    expect(page.locator("main")).to_contain_text("值班室")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_sign_up_hold_nobody_up(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width, as_="learner")
    for address in ("/my/busy/", "/my/messages/", "/my/messages/settings/", "/my/"):
        page.goto(address)
        assert (address, barriers(page), overflow(page)) == (address, [], 0)


def test_back_and_again_is_one_withdrawal(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    page.goto("/courses/fl-01/")
    page.locator("main form[action$='/enrol/'] button").first.tap()
    expect(page.locator(".notice--success").first).to_be_visible()
    page.locator("a[href*='/withdraw/']").first.tap()
    page.wait_for_url("**/withdraw/")
    address, token = page.url, page.locator("main input[name=csrfmiddlewaretoken]").first.input_value()
    once = page.locator("main input[name=once]").first.input_value()
    sent = {"form": {"csrfmiddlewaretoken": token, "once": once, "reason": "出差"}, "headers": {"referer": address}}
    answers = [page.request.post(address, **sent) for _ in range(2)]
    assert [answer.ok for answer in answers] == [True, True]
    other = page.request.post(address, **{**sent, "form": {**sent["form"], "reason": "改主意"}})
    assert other.status == 422


def test_the_office_sees_seats_queue_and_offers(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    page.goto(run_form(page, FULL))
    page.locator("a[href*='/board/'], a[href*='/seats/']").first.click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text("候补")
    assert barriers(page) == []
