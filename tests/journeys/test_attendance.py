"""Across courses: the office finds who attends little and reminds; the person reads what stands in the registers."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

NAME = "贺长顺"  # the demo's learner: came late once, so below 100 %
REPORT = "/admin/attendance-totals/"


def test_the_office_reminds_and_the_learner_reads_what_stands_in_the_registers(open_page: OpenPage) -> None:
    desk = open_page(as_="office")
    desk.goto(f"{REPORT}low/")
    rows = desk.locator("main tbody tr")
    assert rows.count() > 1
    desk.locator("#id_below").fill("100")
    desk.locator("#id_q").fill(NAME)
    desk.locator("#id_q").press("Enter")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(NAME)
    rows.first.locator("button").click()
    expect(rows).to_have_count(1)
    expect(rows.first.locator("button")).to_have_count(0)  # once a day
    _reads_the_letter(open_page(width=360, as_="learner"))


def _reads_the_letter(phone: Page) -> None:
    phone.goto("/my/messages/")
    phone.locator(".letters__item--unread .letters__title", has_text="%").first.tap()
    expect(phone.locator("main")).to_contain_text(NAME)
    phone.locator("main a[href*='/my/attendance/']").first.tap()
    expect(phone.locator("main .bars__drawing")).to_have_attribute("role", "img")
    expect(phone.locator("main table")).not_to_have_count(0)
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])


def test_the_report_holds_nobody_up(open_page: OpenPage) -> None:
    for width in (360, 1280):
        page = open_page(width=width, as_="office")
        for part in ("", "people/", "low/"):
            page.goto(REPORT + part)
            page.wait_for_load_state("networkidle")
            assert (barriers(page), overflow(page)) == ([], 0), (part, width)


def test_the_record_of_a_trainer_fits_a_phone_without_scripts(open_page: OpenPage) -> None:
    phone = open_page(width=360, as_="trainer", javascript=False)
    phone.goto("/teach/")
    phone.locator("main a[href='/teach/hours/']").tap()
    expect(phone.locator("main tfoot")).not_to_have_count(0)
    with phone.expect_download() as saved:
        phone.locator("main a[href*='/teach/hours.xlsx']").tap()
    assert saved.value.suggested_filename.startswith("teaching-")
