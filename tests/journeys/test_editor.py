"""The editor at the desk: a course with two lessons, a picture and a document, and its first class opened."""

import datetime
import io
import re
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenPage

TITLE, ADDRESS = "信访接待规范化培训", "/courses/xin-fang-jie-dai-gui-fan-hua-pei-xun/"
LESSON_DAY = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=40)


def picture(colour: str) -> dict[str, Any]:
    """An upload of a picture; Wagtail asks back if it knows the same bytes already, so colours differ."""
    held = io.BytesIO()
    Image.new("RGB", (1200, 675), colour).save(held, "PNG")
    return {"name": "图片.png", "mimeType": "image/png", "buffer": held.getvalue()}


def document() -> dict[str, Any]:
    return {"name": "登记清单.txt", "mimeType": "text/plain", "buffer": "来访登记清单".encode()}


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def upload(page: Page, button: Locator, file: dict[str, Any], title: str) -> None:
    """Choose a picture or a document by uploading it in the chooser's window."""
    button.click()
    window = page.locator(".modal-dialog").last
    window.get_by_role("tab", name=re.compile("上传")).click()
    window.locator("input[type=file]").set_input_files(file)
    window.locator("input[name$=title]:visible").fill(title)
    window.locator("button[type=submit]:visible, input[type=submit]:visible").last.click()
    window.wait_for(state="hidden")


def add_block(page: Page, name: str) -> None:
    page.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name=re.compile(name)).first.click()


def publish(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("button[name=action-publish]").click()
    expect(page.locator(".messages")).to_contain_text("发布")


def write_course(page: Page) -> str:
    """Write and publish the course page; return its id."""
    page.goto("/admin/pages/search/?q=课程中心&content_type=courses.courseindexpage")
    found = page.locator("main a[href*='/edit/']").first.get_attribute("href")
    catalogue = re.search(r"/pages/(\d+)/", str(found))
    assert catalogue is not None
    page.goto(f"/admin/pages/add/courses/coursepage/{catalogue[1]}/")
    settle(page)
    page.fill("#id_title", TITLE)
    page.fill("#id_summary", "接待来访的步骤、用语和登记要求。")
    page.fill("#id_code", "XF-01")
    page.select_option("#id_category", "competence")
    page.select_option("#id_requirement", "elective")
    upload(page, page.locator("#id_cover-chooser [data-chooser-action-choose]").first, picture("#1F3A5F"), "接待室")
    publish(page)
    address = page.get_by_role("link", name=TITLE).first.get_attribute("href")
    return str(re.search(r"/pages/(\d+)/", str(address))[1])  # type: ignore[index]  # the row was just made


def write_lessons(page: Page, course: str) -> None:
    page.goto(f"/admin/pages/add/courses/lessonpage/{course}/")
    settle(page)
    page.fill("#id_title", "来访登记")
    page.select_option("#id_access", "public")
    add_block(page, "图片")
    chooser = page.locator("[data-contentpath=body] [data-chooser-action-choose]:visible")
    upload(page, chooser.last, picture("#B5202C"), "登记表样")
    add_block(page, "下载")
    upload(page, chooser.last, document(), "登记清单")
    publish(page)
    page.goto(f"/admin/pages/add/courses/lessonpage/{course}/")
    settle(page)
    page.fill("#id_title", "答复与归档")
    publish(page)


def open_class(page: Page, course: str) -> None:
    page.goto(f"/admin/runs/new/?course={course}")
    page.fill("[name=sessions-0-day]", LESSON_DAY.isoformat())
    page.fill("[name=sign_up_opens_at]", f"{LESSON_DAY - datetime.timedelta(days=60)}T09:00")
    page.fill("[name=sign_up_closes_at]", f"{LESSON_DAY - datetime.timedelta(days=2)}T17:00")
    page.fill("[name=capacity]", "30")
    page.locator("footer button[type=submit], main form button[type=submit]").last.click()
    settle(page)
    page.locator(".office-links").get_by_role("link", name="发布", exact=True).click()
    page.locator("main form button[type=submit]").last.click()
    settle(page)
    expect(page.locator("main")).to_contain_text("报名中")


def test_a_course_from_nothing_to_its_first_sign_up(open_page: OpenPage) -> None:
    page = open_page(as_="admin")  # may publish at once; the way through the review is walked in test_publishing
    course = write_course(page)
    write_lessons(page, course)
    open_class(page, course)
    reader = open_page(width=360)
    reader.goto(ADDRESS)
    expect(reader.locator("h1")).to_have_text(TITLE)
    assert reader.locator(f"main a[href^='{ADDRESS}']").count() == 2
    expect(reader.locator("main")).to_contain_text("登录后报名")
    reader.goto(f"{ADDRESS}lai-fang-deng-ji/")
    assert reader.locator("main img").count() >= 1
    shown = reader.request.get(str(reader.locator("main a[href*='/documents/']").first.get_attribute("href")))
    assert shown.text() == "来访登记清单"


def test_mistakes_are_shown_in_place_and_nothing_typed_is_lost(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    page.goto("/admin/runs/new/")
    page.fill("[name=sessions-0-day]", LESSON_DAY.isoformat())
    page.fill("[name=sessions-0-begins]", "19:10")
    page.fill("[name=sessions-0-ends]", "17:40")
    page.fill("[name=sessions-0-topic]", "接待礼仪")
    page.locator("footer button[type=submit], main form button[type=submit]").last.click()
    settle(page)
    expect(page.locator("main .error-message, main .help-critical").first).to_be_visible()
    assert page.locator("[name=sessions-0-topic]").input_value() == "接待礼仪"
