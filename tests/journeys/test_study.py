"""Studying: a film goes on where it was left, on another device too; what is read and watched is noted."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.harness import barriers, overflow, small_targets

FILM = "/courses/jc-01/scope-of-practice/"  # read to the end; a film of one minute that may be wound forward
WATCHED = "/courses/jc-01/intake-fees/"  # to be watched, without skipping
CONFIRMED = "/courses/xz-01/routing-rules/"
PLAYS = "document.querySelector('video').currentTime"
STUDIED = "已学习"


def wait_until(page: Page, condition: str, seconds: int = 60) -> None:
    """Wait for a condition; the browser's own waiting would need `eval`, which the policy forbids."""
    for _ in range(seconds * 10):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{condition}: not within {seconds} seconds")


def play(page: Page, until: float) -> None:
    """Play the film without sound until that second."""
    page.evaluate("async () => { const film = document.querySelector('video'); film.muted = true; await film.play(); }")
    wait_until(page, f"{PLAYS} >= {until}")


def wind(page: Page, to: float) -> None:
    page.evaluate("to => { document.querySelector('video').currentTime = to; }", to)


def position(page: Page) -> float:
    return float(page.evaluate(PLAYS))


def resumed(page: Page) -> float:
    """Where the film stands once its length is known."""
    wait_until(page, "document.querySelector('video').readyState >= 1")
    expect(page.locator("[data-resume]")).to_be_visible()
    return position(page)


def test_a_film_goes_on_in_another_browser_and_can_start_over(open_page: OpenPage) -> None:
    desk = open_page(as_="leader")
    desk.goto(FILM)
    play(desk, until=1)
    wind(desk, to=30)
    wait_until(desk, f"{PLAYS} >= 31")
    with desk.expect_response(re.compile("/progress/")) as saved:
        desk.evaluate("document.querySelector('video').pause()")
    assert saved.value.status == 200
    left = position(desk)

    phone = open_page(width=360, as_="leader")
    phone.goto(FILM)

    assert abs(resumed(phone) - left) <= 1
    expect(phone.locator("[data-resume] [data-time]")).to_have_text(re.compile(r"^00:3\d$"))
    assert (barriers(phone), overflow(phone), small_targets(phone)) == ([], 0, [])
    phone.locator("[data-restart]").click()
    wait_until(phone, f"{PLAYS} < 20 && !document.querySelector('video').paused")
    expect(phone.locator("[data-resume]")).to_be_hidden()


def test_a_tab_that_dies_loses_five_seconds_at_most(open_page: OpenPage) -> None:
    page = open_page(as_="office")
    page.goto(FILM)
    play(page, until=12)
    died_at = position(page)
    page.context.set_offline(True)  # no farewell reaches the server
    page.context.close()

    after = open_page(as_="office")
    after.goto(FILM)

    assert resumed(after) >= died_at - 5


def test_the_first_time_nobody_skips_ahead(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="learner")
    page.goto(WATCHED)
    play(page, until=3)
    wind(page, to=50)
    wait_until(page, f"{PLAYS} < 10")
    expect(page.locator("[data-limit]")).to_contain_text("请勿快进")
    wind(page, to=0)
    wait_until(page, f"{PLAYS} < 3")  # back is always free
    assert barriers(page) == []


def test_a_film_watched_through_is_noted_and_stays_so(open_page: OpenPage) -> None:
    page = open_page(as_="clerk")
    page.goto(WATCHED)
    page.evaluate("document.querySelector('video').playbackRate = 2")
    play(page, until=57)
    expect(page.locator(".study__done")).to_be_visible(timeout=20_000)
    page.goto("/courses/jc-01/")
    expect(page.locator("#lessons-title ~ *, .list").get_by_text(STUDIED).first).to_be_visible()
    page.goto(WATCHED)
    expect(page.locator(".study__done")).to_be_visible()


def test_the_player_obeys_the_keyboard(open_page: OpenPage) -> None:
    page = open_page(as_="editor")
    page.goto(FILM)
    page.evaluate("document.querySelector('video').muted = true")
    page.locator("summary").first.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "VIDEO":
            break
    focus = "(e => [e.tagName, getComputedStyle(e).outlineStyle !== 'none'])(document.activeElement)"
    assert page.evaluate(focus) == ["VIDEO", True]
    page.keyboard.press("Space")
    wait_until(page, f"{PLAYS} > 1")
    page.keyboard.press("Space")
    wait_until(page, "document.querySelector('video').paused")
    before = position(page)
    page.keyboard.press("ArrowRight")  # one per cent of the film
    wait_until(page, f"{PLAYS} > {before} + 0.3")


def test_the_button_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False, as_="learner")
    page.goto(CONFIRMED)
    page.locator("#study form button").click()
    expect(page.locator("#study .study__done")).to_be_visible()
    expect(page.locator("#study form")).to_have_count(0)
    page.goto("/my/")
    expect(page.locator(".course-study").first).to_contain_text("课")


def test_reading_to_the_end_is_noted(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="reviewer")
    page.goto("/courses/xz-01/document-types/")
    expect(page.locator(".study__done")).to_be_hidden()
    page.locator("#study").scroll_into_view_if_needed()
    expect(page.locator(".study__done")).to_be_visible(timeout=30_000)
    assert (barriers(page), overflow(page)) == ([], 0)


def test_what_could_not_be_sent_waits_and_goes_out_later(open_page: OpenPage) -> None:
    page = open_page(as_="trainer")
    page.goto(FILM)
    page.context.set_offline(True)
    play(page, until=1)
    page.wait_for_timeout(5000)
    page.evaluate("document.querySelector('video').pause()")
    wait_until(page, "Object.keys(localStorage).some(key => key.startsWith('study:'))")
    kept = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('study:'))")
    assert "郑" not in json.dumps(kept, ensure_ascii=False)
    page.context.set_offline(False)
    with page.expect_response(re.compile("/progress/")) as sent:
        page.goto("/my/")
    assert sent.value.status == 200
    wait_until(page, "!Object.keys(localStorage).some(key => key.startsWith('study:'))")
    expect(page.locator(".course-study").first).to_be_visible()


def test_signing_out_leaves_nothing_in_the_browser(open_page: OpenPage) -> None:
    page = open_page(as_="admin")
    page.goto("/my/")
    page.evaluate("localStorage.setItem('study:somebody:x', '{}')")
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/logout/" not in url)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('study:'))") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_barriers_where_study_is_shown(open_page: OpenPage, scheme: str, width: int) -> None:
    page = open_page(width=width, as_="learner")
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in (FILM, WATCHED, CONFIRMED, "/courses/jc-01/", "/my/"):
        page.goto(path)
        found[path] = [*barriers(page), *(["too wide"] if overflow(page) else [])]
    assert {path: faults for path, faults in found.items() if faults} == {}
