"""A seat becomes free: the office adds seats, the next in the queue accepts on the phone; a clash; no JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

FULL = "2026-JC-01-01"
LISTED = "2026-FL-02-02"
LAWYERS = "2026-FY-01-01"
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


def press_last(page: Page) -> None:
    page.locator("main form button[type=submit], main form input[type=submit]").last.click()
    page.wait_for_load_state("networkidle")


def test_a_list_from_excel_goes_from_the_clerk_to_the_office(open_page: OpenPage) -> None:
    """The table as units really send it: one row fits, each other one says why not; then four people's hands."""
    clerk = open_page(as_="clerk")
    clerk.goto("/admin/nominations/open/")
    clerk.locator("main li", has_text=LISTED).first.locator("a[href*='nomination-tables']").click()
    clerk.locator("input[type=file]").set_input_files(ROSTER)
    press_last(clerk)
    write = clerk.get_by_role("button", name="导入1行")
    expect(write).to_be_visible(timeout=30_000)
    expect(clerk.locator("main")).to_contain_text("B41 姓名“=1+1”含有不允许的字符")
    write.click()
    clerk.locator("a", has_text="查看名单").click(timeout=30_000)
    expect(clerk.locator("main")).to_contain_text("区志强")
    clerk.goto("/admin/nominations/")
    address = clerk.locator("main tr", has_text=LISTED).locator("a[href*='/inspect/']").first.get_attribute("href")
    assert address
    take_steps(open_page, clerk, address)
    phone = open_page(width=360, as_="unit-head")
    phone.goto("/my/messages/")
    expect(phone.locator("main")).to_contain_text("已录取")


def take_steps(open_page: OpenPage, clerk: Page, address: str) -> None:
    head = open_page(as_="unit-head")
    head.goto(address)
    head.locator("main a[href*='/sign/']").click()
    press_last(head)
    clerk.goto(address)
    clerk.locator("main a[href*='/submit/']").click()
    press_last(clerk)
    office = open_page(as_="office")
    office.goto(address)
    office.locator("main a[href*='/decide/']").click()
    choice = office.locator("select[name^=decision]")
    expect(choice).to_have_count(3)
    for number in range(choice.count()):
        choice.nth(number).select_option("admit" if "区志强" in label_of(choice.nth(number)) else "reserve")
    office.locator("input[name=from_reserve]").check()
    press_last(office)
    expect(office.locator("main tr", has_text="区志强")).to_contain_text("已录取")


def label_of(select: Locator) -> str:
    return select.evaluate("element => element.labels[0].textContent")


def test_a_clash_is_explained_before_anybody_presses(open_page: OpenPage) -> None:
    """The learner waits for one class; the office moves a session of another to the same evening."""
    office = open_page(as_="office")
    office.goto(run_form(office, FULL))
    day = office.locator("input[name='sessions-0-day']").input_value()
    office.goto(run_form(office, LAWYERS))
    office.locator("input[name='sessions-1-day']").fill(day)
    office.locator("form button[type=submit]").last.click()
    office.wait_for_url("**/inspect/**")
    phone = open_page(width=360, as_="learner")
    phone.goto("/courses/fy-01/")
    expect(phone.locator("main")).to_contain_text(re.compile("与“基层法律服务工作者.+”时间冲突"))
    assert (barriers(phone), overflow(phone)) == ([], 0)


def test_signing_up_in_the_large_version(open_page: OpenPage) -> None:
    """The version for older readers: chosen with one tap, everything larger, nothing pushed off the screen."""
    phone = open_page(width=360, as_="head")
    phone.goto("/courses/fl-01/")
    before = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    phone.locator("button[name=size][value=large]").first.tap()
    phone.wait_for_load_state("networkidle")
    phone.goto("/courses/fl-01/")
    assert phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before
    phone.locator("main form[action$='/enrol/'] button").first.tap()
    expect(phone.locator(".notice--success").first).to_be_visible()
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])


def test_a_full_class_queues_without_javascript(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False, as_="trainer")
    page.goto("/courses/fl-02/")
    page.locator("main form[action$='/enrol/'] button").first.tap()
    expect(page.locator("main")).to_contain_text(re.compile("候补第.?[0-9]+.?位"))


def test_engagements_are_entered_without_javascript(open_page: OpenPage) -> None:
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
