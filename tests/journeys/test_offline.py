"""The register without a network: take it along, mark in flight mode, sync, and leave nothing behind."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import OpenPage, sign_in
from tests.journeys.harness import barriers, overflow, small_targets

TAPS_ALLOWED = 8
PATIENCE = 40_000  # milliseconds: a mark waits three seconds for the next tap, and the site is busy
NINE_HOURS = 9 * 60 * 60 * 1000  # longer than somebody stays signed in
ALL_STORED = """async () => {
    const found = [];
    for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => (indexedDB.open(name).onsuccess = (event) => done(event.target.result)));
        for (const store of db.objectStoreNames) {
            const all = db.transaction(store).objectStore(store).getAll();
            found.push(JSON.stringify(await new Promise((done) => (all.onsuccess = () => done(all.result)))));
        }
        db.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request);
            if (/text|json|script/.test(answer.headers.get("Content-Type"))) found.push(await answer.text());
        }
    }
    return found.join("\\n") + JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage });
}"""


def take_along(page: Page) -> None:
    """Open the app once on the network, until the device needs none any more."""
    page.goto("/teach/app/")
    expect(sessions(page).first).to_be_visible(timeout=PATIENCE)
    page.evaluate("""() => navigator.serviceWorker.controller ? true
        : new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))""")


def sessions(page: Page) -> Locator:
    return page.locator("#app-day a[href^='#session-']")


def open_register(page: Page) -> str:
    """Open the last register (other journeys fill the first one); returns its address on the site."""
    sessions(page).last.click()
    expect(page.locator("#app-sheet-title")).to_be_focused()
    return str(page.locator("#app-register").get_attribute("href"))


def in_flight_mode(page: Page) -> str:
    take_along(page)
    page.context.set_offline(True)
    page.reload()
    return open_register(page)


def row(page: Page, number: int) -> Locator:
    return page.locator(".app__row").nth(number)


def status(page: Page, number: int) -> Locator:
    return row(page, number).locator("[data-part=status]")


def tap(page: Page, number: int, times: int = 1) -> None:
    for _ in range(times):
        row(page, number).locator(".app__person").tap()


def choose(page: Page, number: int, value: str, **fields: str) -> None:
    """Mark by the form below the name."""
    row(page, number).locator(".app__more").click()
    for name, text in fields.items():
        row(page, number).locator(f"input[name={name}]").fill(text)
    row(page, number).locator(f"button[value={value}]").click()


def name_of(page: Page, number: int) -> str:
    return row(page, number).locator("[data-part=name]").inner_text()


def enrolment_of(page: Page, number: int) -> str:
    return str(row(page, number).get_attribute("id")).removeprefix("person-")


def unsent(page: Page, count: int) -> None:
    text = f"未同步 {count} 条" if count else "已全部同步"
    expect(page.locator("#app-unsent")).to_have_text(text, timeout=PATIENCE)


def back_on_the_network(context: BrowserContext) -> None:
    context.set_offline(False)


def stored(page: Page) -> str:
    """Every word in the stores of the browser: databases, caches, and the two small ones."""
    return str(page.evaluate(ALL_STORED))


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/logout/" not in url)


def test_forty_people_in_flight_mode_in_eight_taps(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    take_along(page)
    page.context.set_offline(True)
    page.reload()
    taps: list[Any] = [sessions(page).last.tap(), page.locator("#app-rest").tap()]
    people = page.locator(".app__row").count()
    assert people >= 40
    expect(page.locator("#app-rest")).to_be_disabled()
    before = [status(page, number).inner_text() for number in range(people)]
    choose(page, 10, "absent")
    choose(page, 11, "on_leave")
    choose(page, 12, "official_duty")
    assert len(taps) + 2 * 3 <= TAPS_ALLOWED
    assert "未点名" not in before
    expect(page.locator("#app-unsent")).to_contain_text("未同步")
    address = str(page.locator("#app-register").get_attribute("href"))
    page.goto(address)  # the register of the site cannot come: the app stands in for it
    expect(page).to_have_url(re.compile(r"/teach/app/#session-\d+$"))
    assert [status(page, number).inner_text() for number in (10, 11, 12)] == ["缺勤", "请假", "公差"]
    assert barriers(page) == []
    assert (overflow(page), small_targets(page)) == (0, [])

    back_on_the_network(page.context)
    unsent(page, 0)

    page.goto(address)
    found = [page.locator("ol.roster > li").nth(number).locator("summary .badge") for number in (10, 11, 12)]
    assert [badge.inner_text() for badge in found] == ["缺勤", "请假", "公差"]
    expect(page.locator(".counter--unmarked strong")).to_have_text("0")


def test_a_name_is_found_and_tapped_through(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    in_flight_mode(page)
    choose(page, 14, "present")
    initials = page.evaluate("""async (name) => {
        const { load } = await import("/static/courses/app/store.js");
        const { day } = await load();
        return day.sessions.flatMap((one) => one.people).find((one) => one.name === name).initials;
    }""", name_of(page, 14))  # fmt: skip
    page.locator("#app-q").fill(initials)
    expect(row(page, 14)).to_be_visible()
    assert page.locator(".app__row:visible").count() < 20
    tap(page, 14)
    if "迟到" in status(page, 14).inner_text():  # while the session is under way
        tap(page, 14)
    expect(status(page, 14)).to_have_text("缺勤")
    unsent(page, 1)  # taps in a row are one mark
    back_on_the_network(page.context)
    unsent(page, 0)


def test_the_keyboard_and_a_note(open_page: OpenPage) -> None:
    page = open_page(width=1280, as_="trainer")
    in_flight_mode(page)
    row(page, 16).locator(".app__more").press("Enter")
    expect(row(page, 16).locator("input[name=minutes]")).to_be_focused()
    page.keyboard.type("99999")
    row(page, 16).locator("button[value=late]").press("Enter")
    expect(row(page, 16).locator("[data-part=error]")).to_contain_text("整数分钟")
    row(page, 16).locator("input[name=minutes]").fill("7")
    row(page, 16).locator("input[name=note]").fill("公交晚点")
    row(page, 16).locator("button[value=late]").press("Enter")
    expect(status(page, 16)).to_have_text("迟到 7 分钟")
    expect(row(page, 16).locator(".app__person")).to_be_focused()
    expect(row(page, 16)).to_contain_text("公交晚点")
    page.evaluate("scrollTo(0, 0)")  # no button half below the bar
    assert barriers(page) == []
    back_on_the_network(page.context)
    page.locator("#app-sync").press("Enter")
    unsent(page, 0)
    expect(status(page, 16)).to_have_text("迟到 7 分钟")


def test_an_update_keeps_what_waits(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    take_along(page)
    # With another size of text the app is another one, as after an update of the site.
    page.context.add_cookies([{"name": "size", "value": "large", "url": page.url.split("/teach/")[0]}])
    page.goto("/teach/")
    page.locator("main a[href='/teach/app/']").tap()
    expect(page.locator("#app-update")).to_be_visible(timeout=PATIENCE)
    page.context.set_offline(True)
    open_register(page)
    choose(page, 18, "absent")
    choose(page, 19, "on_leave")
    unsent(page, 2)
    page.locator("#app-update button").tap()
    expect(page.locator("html")).to_have_attribute("data-size", "large", timeout=PATIENCE)
    unsent(page, 2)
    assert [status(page, number).inner_text() for number in (18, 19)] == ["缺勤", "请假"]
    assert (barriers(page), overflow(page)) == ([], 0)
    back_on_the_network(page.context)
    unsent(page, 0)


def test_after_signing_out_the_device_holds_no_name(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    page.add_init_script("delete ServiceWorkerRegistration.prototype.sync")  # as in browsers that have none
    in_flight_mode(page)
    names = page.locator(".app__row [data-part=name]").all_inner_texts()
    choose(page, 20, "absent", note="替李静点名")
    unsent(page, 1)
    before = stored(page)
    assert [name for name in names if name not in before] == []
    page.route("**/teach/sync/", lambda route: route.abort())
    back_on_the_network(page.context)

    sign_out(page)

    left = stored(page)
    assert [name for name in (*names, "李静") if name in left] == []
    assert '"status":"absent"' in left  # the mark itself waits, as numbers
    page.goto("/teach/app/")
    expect(page.locator("#app-out")).to_be_visible(timeout=PATIENCE)
    assert [name for name in names if name in page.content()] == []
    assert barriers(page) == []

    page.unroute("**/teach/sync/")
    sign_in(page, "office")
    page.goto("/teach/app/")
    expect(page.locator("#app-others")).to_contain_text("另一位用户", timeout=PATIENCE)
    unsent(page, 1)
    sign_out(page)
    sign_in(page, "trainer")
    page.goto("/teach/app/")
    unsent(page, 0)


def test_registers_go_when_the_session_is_over(open_page: OpenPage) -> None:
    page = open_page(width=360, as_="trainer")
    in_flight_mode(page)
    names = page.locator(".app__row [data-part=name]").all_inner_texts()
    page.clock.install()
    page.clock.fast_forward(NINE_HOURS)
    expect(page.locator("#app-out")).to_be_visible(timeout=PATIENCE)
    text = stored(page) + page.locator("main").inner_text()
    assert [name for name in names if name in text] == []


def test_a_refused_mark_says_why_and_stays_until_seen(open_page: OpenPage) -> None:
    page, desk = open_page(width=360, as_="trainer"), open_page(as_="office")
    in_flight_mode(page)
    last = page.locator(".app__row").count() - 1
    who, key = name_of(page, last), enrolment_of(page, last)
    choose(page, last, "absent")
    desk.goto(f"/admin/enrolments/withdraw/{key}/")
    desk.locator("main form textarea, main form input[type=text]").first.fill("调离本区")
    desk.locator("main form button[type=submit]").first.click()
    desk.wait_for_url(lambda url: "/withdraw/" not in url)

    back_on_the_network(page.context)

    refused = page.locator("#app-refused")
    expect(refused).to_contain_text("不在", timeout=PATIENCE)
    unsent(page, 0)
    page.reload()
    expect(refused).to_be_visible(timeout=PATIENCE)
    assert who
    assert barriers(page) == []
    refused.locator("button").first.tap()
    expect(refused).to_be_hidden()


def test_two_people_who_disagree(open_page: OpenPage) -> None:
    phone, desk = open_page(width=360, as_="trainer"), open_page(as_="office")
    address = in_flight_mode(phone)
    key = enrolment_of(phone, 25)
    desk.goto(address)
    person = desk.locator(f"#person-{key}")
    person.locator("summary").click()
    person.locator("button[value=official_duty]").click()
    expect(person.locator("summary .badge")).to_have_text("公差")
    choose(phone, 25, "absent")

    back_on_the_network(phone.context)

    unsent(phone, 0)
    line = phone.locator(f"#person-{key}")
    expect(line).to_contain_text("两人记录不一致", timeout=PATIENCE)
    line.locator(".app__more").tap()
    expect(line.locator("a")).to_have_attribute("href", f"{address}#person-{key}")
    phone.evaluate("scrollTo(0, 0)")  # no button half below the bar
    assert barriers(phone) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_the_day(open_page: OpenPage, scheme: str) -> None:
    page = open_page(width=360, as_="trainer")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
    page.goto("/teach/")
    page.locator("main a[href='/teach/app/']").tap()
    expect(sessions(page).first).to_be_visible(timeout=PATIENCE)
    assert (barriers(page), overflow(page), small_targets(page)) == ([], 0, [])


def test_without_javascript_the_app_leads_to_the_register(open_page: OpenPage) -> None:
    page = open_page(width=360, javascript=False, as_="trainer")
    page.goto("/teach/app/")
    expect(page.locator("#app-without")).to_contain_text("JavaScript")
