"""The room: a code on the screen, phones that check in by it, a register that is closed and can be looked up."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage, sign_in
from tests.journeys.harness import barriers, overflow, small_targets

PATIENCE = 30_000  # milliseconds


def screen_of(laptop: Page) -> str:
    """Put the second class that the trainer keeps on the screen; returns the address of its register."""
    laptop.goto("/teach/")
    address = laptop.locator("main a[href^='/teach/sessions/']").nth(1).get_attribute("href")
    assert address
    laptop.goto(f"{address}screen/")
    expect(laptop.locator(".room__picture svg")).to_be_visible()
    return address


def digits(laptop: Page) -> str:
    return re.sub(r"\D", "", laptop.locator(".room__digits").inner_text())


def here(laptop: Page) -> int:
    return int(laptop.locator(".room__count strong").inner_text())


def test_somebody_signs_in_on_the_way_and_is_on_the_wall(open_page: OpenPage) -> None:
    laptop, phone = open_page(as_="trainer"), open_page(width=360)
    screen_of(laptop)
    before = here(laptop)
    phone.goto("/c/")
    sign_in(phone, "unit-head")
    phone.goto("/c/")
    phone.locator("#id_code").fill("000000")
    phone.locator("main form button").last.tap()
    expect(phone.locator(".field__error")).to_be_visible()
    assert phone.locator("#id_code").input_value() == "000000"
    phone.locator("#id_code").fill(digits(laptop))
    phone.locator("main form button").last.tap()
    phone.wait_for_url("**/c/done/*/")
    expect(phone.locator("main h1")).to_contain_text("签到")
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])
    expect(laptop.locator(".room__count strong")).to_have_text(str(before + 1), timeout=PATIENCE)
    assert barriers(laptop) == []


def test_the_screen_fits_a_small_projector(open_page: OpenPage) -> None:
    for width in (360, 1280):
        laptop = open_page(width=width, as_="trainer")
        screen_of(laptop)
        assert (barriers(laptop), overflow(laptop)) == ([], 0)


def test_leave_is_asked_for_with_its_effect_in_view(open_page: OpenPage) -> None:
    phone = open_page(width=360, as_="learner")
    phone.goto("/my/leave/")
    phone.locator("main a[href$='/ask/']").first.tap()
    expect(phone.locator("main")).to_contain_text("七分之一")
    phone.locator("main form button").first.tap()
    expect(phone.locator(".field__error").first).to_be_visible()
    phone.locator("input[name=kind]").first.check()
    phone.locator("textarea[name=reason], input[name=reason]").fill("家中老人就医")
    phone.locator("main form button[type=submit]").first.tap()
    expect(phone.locator(".notice--success").first).to_be_visible()
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])
