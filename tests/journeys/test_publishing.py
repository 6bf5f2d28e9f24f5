"""A lesson's way to its reader: written, reviewed twice, live at its minute, found by a word inside its file."""

import datetime
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers
from tests.journeys.test_editor import add_block, settle, upload

FILES = Path(__file__).parent / "files"
TITLE, WORD = "调解现场记录怎么做", "蓝鲸骑行协定"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIVE_WITHIN = 200_000  # milliseconds: the minute that was set, and the next full minute of the clock


def handout(browser: Browser) -> dict[str, object]:
    """A PDF with a word that stands nowhere else."""
    page = browser.new_page()
    page.set_content(f"<h1>现场记录示例</h1><p>本例取自虚构的{WORD}，仅供练习。</p>")
    body = page.pdf(format="A4")
    page.close()
    return {"name": "现场记录示例.pdf", "mimeType": "application/pdf", "buffer": body}


def video() -> dict[str, object]:
    return {"name": "演示.mp4", "mimeType": "video/mp4", "buffer": (FILES / "lesson.mp4").read_bytes()}


def write_lesson(page: Page, course: str, browser: Browser) -> str:
    """Write the lesson for participants and submit it for its minute; return the page's id."""
    page.goto(f"/admin/pages/add/courses/lessonpage/{course}/")
    settle(page)
    page.fill("#id_title", TITLE)
    page.select_option("#id_access", "enrolled")
    chooser = page.locator("[data-contentpath=body] [data-chooser-action-choose]:visible")
    add_block(page, "视频")
    upload(page, chooser.last, video(), "现场演示")
    page.locator("[data-contentpath=body] input[name$='value-title']:visible").last.fill("现场演示")
    add_block(page, "下载")
    upload(page, chooser.last, handout(browser), "现场记录示例")
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[name=action-submit]").click()
    expect(page.locator(".messages")).to_contain_text("提交")
    found = page.locator("a", has_text=TITLE).first.get_attribute("href") or ""
    return re.search(r"/pages/(\d+)/", found)[1]  # type: ignore[index]  # the row was just made


def approve(page: Page, lesson: str, *, tick: bool) -> None:
    """Take the step that waits, by the button of the page's own editor."""
    page.goto("/admin/")
    page.locator("#review-to-do-section, .office-to-do").get_by_role("link", name=TITLE).first.click()
    settle(page)
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[data-workflow-action-name=approve]").first.click()
    window = page.locator(".modal-dialog").last
    window.locator("textarea").first.fill("同意。")
    if tick:
        window.locator("input[name=cleared]").check()
    window.locator("button[type=submit], input[type=submit]").last.click()
    expect(page.locator(".messages")).to_be_visible()
    assert re.search(rf"/pages/{lesson}/", page.url) is None or page.locator(".messages").count()


def set_minute(page: Page, lesson: str) -> None:
    """Let the page go live at the next full minute but one."""
    page.goto(f"/admin/pages/{lesson}/edit/")
    settle(page)
    minute = datetime.datetime.now(SHANGHAI) + datetime.timedelta(minutes=1, seconds=30)
    page.locator("[data-side-panel-toggle=status], [data-side-panel=status]").first.click()
    page.get_by_role("button", name=re.compile("设定时间|设置时间|计划|定时")).first.click()
    page.locator("#id_go_live_at").fill(minute.strftime("%Y-%m-%d %H:%M"))
    page.get_by_role("button", name=re.compile("保存")).last.click()
    settle(page)


def test_a_lesson_from_the_desk_to_its_reader(open_page: OpenPage, browser: Browser) -> None:
    editor = open_page(as_="mediation-editor")
    editor.goto("/admin/pages/")
    assert "TODO" not in editor.title()
    assert barriers(editor) == []
