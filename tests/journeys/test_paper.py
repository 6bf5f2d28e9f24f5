"""From the signed sheet: ten people by keys alone, the sheet as a PDF, a scan kept, a table there and back."""

import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

PDF = {"name": "签到表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}


def session_of_a_class(page: Page, state: str, number: int) -> str:
    """The address of the register of one session, as the office finds it: class, board, sheet."""
    page.goto(f"/admin/runs/?state={state}")
    link = page.locator("main a[href*='/admin/runs/inspect/'], main a[href*='/admin/runs/edit/']").nth(0)
    run = re.search(r"/(\d+)/", str(link.get_attribute("href")))
    assert run is not None
    page.goto(f"/admin/runs/board/{run[1]}/")
    sheet = page.locator("a[href^='/teach/sessions/'][href$='/sheet/']").nth(number).get_attribute("href")
    return str(sheet).removesuffix("sheet/")


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def states(page: Page, people: int) -> list[str]:
    badges = page.locator("ol.roster > li summary .badge")
    return [" ".join(badges.nth(number).inner_text().split()) for number in range(people)]


def test_ten_people_by_keys_alone(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    register = session_of_a_class(page, "concluded", 0)
    page.goto(f"{register}grid/")
    expect(page.locator(".grid-line input:checked").first).to_be_focused()
    press(page, "0 1 v 2 5 Enter c 1 2 Enter z 8 Enter 4 q j g")
    press(page, "ArrowUp ArrowUp ArrowDown 5 1")  # the tenth is on leave, the eleventh is here
    counts = {
        place.get_attribute("data-count"): int(place.inner_text()) for place in page.locator("[data-count]").all()
    }
    press(page, "ArrowUp ArrowUp 5")
    assert counts["cleared"] == 1
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/teach/sessions/\d+/$"))
    expect(page.locator(".notice--success").first).to_contain_text("已保存")
    assert states(page, 10) == [
        "未点名", "已到", "已到", "迟到 5分钟", "迟到 12分钟", "早退 8分钟", "缺勤", "缺勤", "请假", "请假",
    ]  # fmt: skip
    page.locator("ol.roster > li").nth(6).locator("summary").click()
    page.locator("ol.roster > li").nth(6).locator("a").last.click()
    expect(page.locator("main")).to_contain_text("签到表")


def test_a_missing_minute_keeps_everything_and_takes_the_keyboard_there(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    page.goto(f"{session_of_a_class(page, 'concluded', 1)}grid/")
    press(page, "4 z Enter 5 Control+Enter")
    wrong = page.locator(".grid-line--wrong")
    expect(wrong).to_have_count(1)
    expect(wrong.locator("[name^=minutes]")).to_be_focused()
    assert barriers(page) == []
    press(page, "6 Control+Enter")
    page.wait_for_url(re.compile(r"/teach/sessions/\d+/$"))
    assert states(page, 3) == ["缺勤", "早退 6分钟", "请假"]


def test_without_scripts_it_is_a_form_like_any_other(open_page: OpenPage) -> None:
    finder, page = open_page(as_="office"), open_page(width=360, javascript=False, as_="office")
    page.goto(f"{session_of_a_class(finder, 'archived', 0)}grid/")
    expect(page.locator(".notice--warning")).to_be_visible()  # an archived class is left alone
    page.goto(f"{session_of_a_class(finder, 'concluded', 1)}grid/")
    line = page.locator(".grid-line").nth(4)
    line.locator("label.grid-state").nth(1).tap()
    line.locator("[name^=minutes]").fill("3")
    page.locator("[data-save]").tap()
    page.wait_for_url(re.compile(r"/teach/sessions/\d+/$"))
    assert states(page, 5)[4] == "迟到 3分钟"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_on_paper_pages(open_page: OpenPage, scheme: str, width: int) -> None:
    page = open_page(width=width, as_="office")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    register = session_of_a_class(page, "concluded", 1)
    for name in ("grid", "scans", "table"):
        page.goto(f"{register}{name}/")
        assert (name, barriers(page), overflow(page), small_targets(page)) == (name, [], 0, [])


def test_the_sheet_is_a_pdf_with_everybody_on_it(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    register = session_of_a_class(page, "concluded", 1)
    page.goto(f"{register}sheet/")
    leaves, numbers = page.locator(".leaf-page").count(), page.locator(".leaf-page tbody td:nth-child(4)")
    people = [number for number in numbers.all_inner_texts() if number]
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    words = "".join(leaf.extract_text() for leaf in paper.pages)
    assert len(paper.pages) == leaves
    assert len(people) >= 10
    assert [number for number in people if number not in words] == []


def test_a_scan_and_a_table_there_and_back(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(as_="office")
    register = session_of_a_class(page, "concluded", 1)
    page.goto(f"{register}scans/")
    page.set_input_files("input[type=file]", PDF)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .list")).to_contain_text("签到表.pdf")
    page.goto(f"{register}table/")
    with page.expect_download() as taken:
        page.locator("main a[download]").first.click()
    taken.value.save_as(tmp_path / "attendance.xlsx")
    page.set_input_files("input[type=file]", tmp_path / "attendance.xlsx")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("没有需要保存的改动")
