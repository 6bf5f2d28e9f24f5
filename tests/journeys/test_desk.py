"""At the desk: the next intake with the keyboard alone, advice in the page editor, who may read, nothing in the way."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow


def first_run(page: Page) -> str:
    """The address of the next intake of a class that has sessions."""
    page.goto("/admin/runs/?state=archived")
    inspect = page.locator("a[href*='/admin/runs/edit/'], a[href*='/admin/runs/inspect/']").first.get_attribute("href")
    number = re.search(r"/(\d+)/", str(inspect))
    assert number is not None
    return f"/admin/runs/next/{number[1]}/"


def edit_address(page: Page, address: str) -> str:
    """The editor of the page at that address, by its link in the explorer's search."""
    page.goto(f"/admin/pages/search/?q={address}")
    found = page.locator("main a[href*='/edit/']").first.get_attribute("href")
    return str(found)


def test_the_next_intake_takes_five_fields_and_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(as_="office", javascript=False)
    page.goto(first_run(page))
    fields = page.locator("main form").locator("input:not([type=hidden]):visible, select:visible, textarea:visible")
    assert fields.count() <= 5
    assert barriers_without_script(page) == []
    page.locator("#id_first_day").focus()
    page.keyboard.press("Enter")  # shows the dates again, stores nothing
    expect(page.locator("#dates tbody tr").first).to_be_visible()
    page.locator("#dates button[name=save]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/admin/runs/inspect/\d+/"))
    expect(page.locator("main")).to_contain_text("计划")


def barriers_without_script(page: Page) -> list[str]:
    """What can be seen without running a script in the page: every field has its label."""
    fields = page.locator("main form input:not([type=hidden]), main form select")
    names = [field.get_attribute("id") for field in fields.all()]
    return [str(name) for name in names if page.locator(f"main form label[for={name}]").count() != 1]


def test_the_screens_of_the_desk_hold_nobody_up(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (first_run(page), "/admin/calendar/", "/admin/calendar/paste/"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            assert barriers(page) == [], address
            assert overflow(page) <= 0, address


def test_advice_stands_in_the_editor_and_the_page_says_who_may_read_it(open_page: OpenPage) -> None:
    page = open_page(as_="editor")
    page.goto(edit_address(page, "结婚离婚"))
    page.wait_for_load_state("networkidle")
    page.locator("#id_readers-ADD").click()
    expect(page.locator("#id_readers-0-scope")).to_be_visible()
    page.locator("#id_summary").fill("")
    page.locator("footer button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    hint = page.locator("#content-checks a[href='#id_summary']")
    expect(hint).to_be_visible()
    hint.click()
    expect(page.locator("#id_summary")).to_be_in_viewport()
    expect(page.locator("main")).to_contain_text("当前只限：系统内")


def test_a_page_that_was_never_saved_is_previewed_beside_the_form(open_page: OpenPage) -> None:
    page = open_page(as_="editor")
    course = re.search(r"/pages/(\d+)/", edit_address(page, "公文写作&content_type=courses.coursepage"))
    assert course is not None
    page.goto(f"/admin/pages/add/courses/lessonpage/{course[1]}/")
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill("从未保存的课时")
    page.locator("button[aria-label*='预览']").first.click()
    shown = page.frame_locator("iframe#w-preview-iframe, iframe[data-w-preview-target=iframe]").first
    expect(shown.locator("h1").first).to_have_text("从未保存的课时", timeout=60_000)
