"""The trainer on a phone: today's class, forty people, three exceptions."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow

TAPS_ALLOWED = 8


class Thumb:
    """Taps and counts."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()


def open_todays_register(page: Page, thumb: Thumb) -> None:
    page.goto("/teach/")
    thumb.tap(page.locator("main a[href^='/teach/sessions/']").first)
    page.wait_for_url("**/teach/sessions/*/")


def row(page: Page, number: int) -> Locator:
    return page.locator("ol.roster > li").nth(number)


def status_of(page: Page, number: int) -> str:
    return row(page, number).locator("summary .badge").inner_text().strip()


def counter(page: Page, code: str) -> int:
    return int(page.locator(f".counter--{code} strong").inner_text())


def test_forty_people_with_three_exceptions_in_eight_taps(open_page: OpenPage) -> None:
    page, thumb = open_page(width=360, as_="trainer"), Thumb()
    open_todays_register(page, thumb)
    people = page.locator("ol.roster > li").count()
    assert people >= 40
    thumb.tap(page.locator("#mark-rest-button"))
    expect(row(page, people - 1).locator("summary .badge")).to_have_text("已到")  # saved, and the list is new
    for number, status in ((0, "on_leave"), (1, "absent"), (2, "official_duty")):
        thumb.tap(row(page, number).locator("summary"))
        thumb.tap(row(page, number).locator(f"button[value={status}]"))
        expect(row(page, number).locator(".roster__who")).to_contain_text("已保存")
    assert thumb.taps <= TAPS_ALLOWED
    page.reload()
    assert [status_of(page, number) for number in range(4)] == ["请假", "缺勤", "公差", "已到"]
    assert barriers(page) == []
    assert overflow(page) == 0


def test_late_minutes_are_kept_and_nonsense_is_refused_in_place(open_page: OpenPage) -> None:
    page, thumb = open_page(width=360, as_="trainer"), Thumb()
    open_todays_register(page, thumb)
    person = row(page, 5)
    person.locator("summary").tap()
    person.locator("input[name=minutes]").fill("很多")
    person.locator("input[name=note]").fill("公交晚点")
    person.locator("button[value=late]").tap()
    expect(person.locator(".field__error").first).to_be_visible()
    assert person.locator("input[name=note]").input_value() == "公交晚点"
    person.locator("input[name=minutes]").fill("12")
    person.locator("button[value=late]").tap()
    expect(person.locator("summary .badge")).to_contain_text("12")
    expect(person).to_contain_text("公交晚点")


def test_the_register_works_without_javascript(open_page: OpenPage) -> None:
    page, thumb = open_page(width=360, javascript=False, as_="trainer"), Thumb()
    open_todays_register(page, thumb)
    row(page, 7).locator("summary").tap()
    row(page, 7).locator("button[value=absent]").tap()
    page.wait_for_url("**?saved=*")
    assert status_of(page, 7) == "缺勤"


def test_the_register_by_keyboard(open_page: OpenPage) -> None:
    page, thumb = open_page(width=1280, as_="trainer"), Thumb()
    page.goto("/teach/")
    page.locator("main a[href^='/teach/sessions/']").first.press("Enter")
    page.wait_for_url("**/teach/sessions/*/")
    row(page, 9).locator("summary").press("Enter")
    row(page, 9).locator("button[value=official_duty]").press("Enter")
    expect(row(page, 9).locator("summary .badge")).to_have_text("公差")
    assert thumb.taps == 0


def test_somebody_elses_register_does_not_exist(open_page: OpenPage) -> None:
    page, thumb = open_page(width=360, as_="trainer"), Thumb()
    open_todays_register(page, thumb)
    address = page.url
    other = open_page(width=360, as_="learner")
    answer = other.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_the_learner_sees_the_mark(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner")
    page.goto("/my/")
    past = page.locator("main details").last
    past.locator("summary").tap()
    expect(past).to_contain_text("分钟")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_in_either_scheme(open_page: OpenPage, scheme: str, width: int) -> None:
    page, thumb = open_page(width=width, as_="trainer"), Thumb()
    page.emulate_media(color_scheme=scheme)
    page.goto("/teach/")
    assert barriers(page) == []
    page.locator("main a[href^='/teach/sessions/']").first.click()
    page.wait_for_url("**/teach/sessions/*/")
    row(page, 20).locator("summary").click()
    assert barriers(page) == []
    assert thumb.taps == 0
