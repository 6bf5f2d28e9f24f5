"""A lesson's way to its reader: written, reviewed twice, live at its minute, found by a word inside its file."""

import datetime
import re
import time
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, OpenPage
from tests.journeys.harness import barriers
from tests.journeys.test_editor import add_block, settle, upload

VIDEO = ROOT / "home" / "demo" / "data" / "media" / "lesson-video.mp4"
COURSE, TITLE, WORD = "人民调解员岗前培训班", "调解现场记录怎么做", "蓝鲸骑行协定"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIVE_WITHIN, READ_WITHIN = 240, 60  # seconds: the minute that was set with the next tick; the task that reads files


def handout(browser: Browser) -> dict[str, Any]:
    """A PDF with a word that stands nowhere else."""
    page = browser.new_page()
    page.set_content(f"<h1>现场记录示例</h1><p>本例取自虚构的{WORD}，仅供练习。</p>")
    body = page.pdf(format="A4")
    page.close()
    return {"name": "现场记录示例.pdf", "mimeType": "application/pdf", "buffer": body}


def video() -> dict[str, Any]:
    return {"name": "现场演示.mp4", "mimeType": "video/mp4", "buffer": VIDEO.read_bytes()}


def write(page: Page, browser: Browser) -> None:
    """Write a lesson for participants with a video and a file."""
    page.goto("/admin/pages/")
    page.get_by_role("link", name=COURSE).first.click()
    settle(page)
    course = re.search(r"/pages/(\d+)/", page.url)
    assert course is not None
    page.goto(f"/admin/pages/add/courses/lessonpage/{course[1]}/")
    settle(page)
    page.fill("#id_title", TITLE)
    page.select_option("#id_access", "enrolled")
    chooser = page.locator("[data-contentpath=body] [data-chooser-action-choose]:visible")
    add_block(page, "视频")
    upload(page, chooser.last, video(), "现场演示")
    page.locator("[data-contentpath=body] [data-contentpath=title] input:visible").last.fill("现场演示")
    add_block(page, "下载")
    upload(page, chooser.last, handout(browser), "现场记录示例")


def close_calendar(page: Page) -> None:
    """The calendar opens a moment after its field and closes by a click beside it; on a slow machine that may cross."""
    for _ in range(10):
        page.wait_for_timeout(500)
        page.get_by_role("heading", name="设定发布时间").click()
        if not page.locator(".xdsoft_datetimepicker:visible").count():
            return


def submit_for(page: Page, minute: datetime.datetime) -> None:
    """Set the minute, then send the lesson into the review."""
    page.locator("[data-side-panel-toggle=status]").first.click()
    page.get_by_role("button", name="设定时间").first.click()
    page.locator("#id_go_live_at").fill(minute.strftime("%Y-%m-%d %H:%M"))
    close_calendar(page)
    page.get_by_role("button", name="保存时间设置").click()
    expect(page.locator(".messages")).to_contain_text(re.compile("已新建|已更新"))  # it may have been saved by itself
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[name=action-submit]").click()
    expect(page.locator(".messages")).to_contain_text("已提交审核")


def approve(page: Page, *, tick: bool) -> None:
    """Take the step that waits on this person, from the first page of the admin."""
    page.goto("/admin/")
    page.locator(".office-to-do").get_by_role("link", name=TITLE).first.click()
    settle(page)
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[data-workflow-action-name=approve]").first.click()
    window = page.locator(".modal-dialog").last
    window.locator("textarea").first.fill("同意。")
    if tick:
        window.locator("input[name=cleared]").check()
    window.locator("button[type=submit], input[type=submit]").last.click()
    expect(page.locator(".messages")).to_contain_text(TITLE)


def wait_for(page: Page, address: str, words: str, seconds: int) -> None:
    """Ask again until a link of the page says so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.goto(address)
        if page.locator("main a", has_text=words).count():
            return
        page.wait_for_timeout(2000)
    raise AssertionError(f"{address} does not say {words}: {page.locator('main').inner_text()[:500]}")


def answers(page: Page, address: str) -> list[int]:
    """What a file answers, asked in every way; nothing is followed to the sign-in page."""
    ways: list[dict[str, str]] = [
        {}, {"Range": "bytes=0-99"}, {"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 01 Jan 2038 00:00:00 GMT"},
    ]  # fmt: skip
    got = [page.request.get(address, headers=headers, max_redirects=0).status for headers in ways]
    return [*got, page.request.head(address, max_redirects=0).status]


def test_a_lesson_from_the_desk_to_its_reader(open_page: OpenPage, browser: Browser) -> None:
    minute = datetime.datetime.now(SHANGHAI).replace(second=0, microsecond=0) + datetime.timedelta(minutes=2)
    editor = open_page(as_="mediation-editor")
    write(editor, browser)
    submit_for(editor, minute)
    head, reviewer, reader, outsider, visitor = (
        open_page(as_="head"), open_page(as_="reviewer"), open_page(as_="trainer", width=360),
        open_page(as_="leader"), open_page(),
    )  # fmt: skip
    approve(head, tick=False)
    approve(reviewer, tick=True)
    reviewer.goto("/admin/reviews/")
    assert (TITLE in reviewer.locator("main").inner_text(), barriers(reviewer)) == (False, [])

    wait_for(reader, f"/search/?q={TITLE}", TITLE, LIVE_WITHIN)
    assert datetime.datetime.now(SHANGHAI) >= minute
    wait_for(reader, f"/search/?q={WORD}", "现场记录示例", READ_WITHIN)
    reader.goto(f"/search/?q={TITLE}")
    reader.locator("main").get_by_role("link", name=TITLE).first.click()
    expect(reader.locator("h1")).to_have_text(TITLE)
    assert barriers(reader) == []
    files = reader.locator("main video source, main video, main a[href^='/documents/']")
    addresses = {
        value
        for one in files.all()
        for name in ("src", "href")
        if (value := one.get_attribute(name) or "").startswith("/")
    }
    assert len(addresses) == 2
    for address in sorted(addresses):
        assert answers(reader, address)[:2] == [200, 206]
        assert answers(outsider, address) == [403] * 5
        assert answers(visitor, address) == [302] * 5
    lesson = reader.url
    for stranger, status in ((outsider, 403), (visitor, 302)):
        assert stranger.request.get(lesson, max_redirects=0).status == status
        for asked in (TITLE, WORD):
            stranger.goto(f"/search/?q={asked}")
            said = stranger.locator("main").inner_text().replace(asked, "")
            assert ("现场记录示例" in said, "没有找到" in said) == (False, True)
