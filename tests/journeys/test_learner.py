"""The learner on a phone: from the first page to a seat, and back out again."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers

FAMILY_LAW = "婚姻家庭编"
CONSTITUTION = "宪法宣誓"
FULL = "基层法律服务工作者执业规范"


def card(page: Page, title: str):
    return page.locator("article, li.card, .card, .panel").filter(has_text=title).first


def test_from_home_to_a_seat_in_three_taps(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner")
    page.goto("/")
    card(page, CONSTITUTION).get_by_role("button", name="报名").tap()  # the first tap is all it takes
    expect(page.locator("main").get_by_text("已报名", exact=False).first).to_be_visible()
    page.goto("/my/")
    expect(page.locator("main")).to_contain_text(CONSTITUTION)


def test_by_way_of_the_class_page_and_out_again(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner")
    page.goto("/")
    card(page, FAMILY_LAW).get_by_role("link").first.tap()
    page.wait_for_url("**/runs/*/")
    assert barriers(page) == []
    page.locator("main form[action$='/enrol/'] button").tap()
    expect(page.locator(".notice--success").first).to_be_visible()
    page.locator("a[href*='/withdraw/']").tap()
    page.locator("#id_reason").fill("临时出差")
    page.locator("main form button.button--danger").tap()
    page.wait_for_url(lambda address: "/withdraw/" not in address)
    page.goto("/my/")
    expect(page.locator("main")).to_contain_text("保密知识培训班")


def test_a_full_class_says_how_many_wait(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner")
    page.goto("/courses/jc-01/")
    expect(page.locator("main")).to_contain_text("候补第4位")


def test_sign_up_works_without_javascript_and_sends_you_through_the_sign_in(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False)
    page.goto("/courses/fy-01/")
    page.locator("main a[href*='/accounts/login/?next=']").first.tap()
    page.locator("input[name=login]").fill("learner")
    page.locator("input[name=password]").fill("dongwan-2026-demo")
    page.locator("main form button[type=submit]").first.tap()
    page.wait_for_url("**/runs/*/")
    button = page.locator("main form[action$='/enrol/'] button, main button[disabled], main .notice--success").first
    expect(button).to_be_visible()


def test_a_replayed_form_gives_the_same_answer(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="reviewer")
    page.goto("/my/")
    before = page.locator("main a[href*='/withdraw/']").count()
    page.goto("/courses/fl-01/")
    form = page.locator("main form[action$='/enrol/']").first
    address, key = form.get_attribute("action"), form.locator("input[name=key]").input_value()
    token = form.locator("input[name=csrfmiddlewaretoken]").input_value()
    sent = {"form": {"csrfmiddlewaretoken": token, "key": key}, "headers": {"referer": page.url}}
    answers = [page.request.post(address, **sent) for _ in range(2)]
    assert [answer.ok for answer in answers] == [True, True]
    page.goto("/my/")
    assert page.locator("main a[href*='/withdraw/']").count() == before + 1


def test_a_closed_lesson_says_how_to_get_in(open_page: OpenPage) -> None:
    visitor = open_page(width=360)
    visitor.goto("/courses/xz-01/document-types/")
    expect(visitor.locator("main")).to_contain_text("本课要点")
    visitor.goto("/courses/xz-01/proofreading/")
    assert "/accounts/login/?next=/courses/xz-01/proofreading/" in visitor.url
    outsider = open_page(width=360, as_="trainer")
    answer = outsider.goto("/courses/xz-01/proofreading/")
    assert answer is not None
    assert answer.status == 403
    assert "本课要点" not in outsider.content()
    assert barriers(outsider) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_in_either_scheme(open_page: OpenPage, scheme: str, width: int) -> None:
    page = open_page(width=width, as_="learner")
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in ("/", "/courses/", "/courses/xz-01/", "/courses/xz-01/document-types/", "/my/", "/notices/"):
        page.goto(path)
        found[path] = barriers(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
