"""One register from the first mark to the proof years later: two phones, a laptop, and somebody at the database.

It has a site of its own: its class meets now, everybody has a password, and in the end the evidence is tampered with.
"""

import datetime
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import OpenPage, Site, demo_site, opening
from tests.journeys.harness import barriers
from tests.journeys.test_offline import PATIENCE, choose, enrolment_of, name_of, sign_out, status, take_along, unsent

BY_THEMSELVES = 5
CLASS_OF_TODAY = """
    SELECT session.id FROM courses_classsession AS session
    JOIN courses_classsession_trainers AS link ON link.classsession_id = session.id
    JOIN people_user AS trainer ON trainer.id = link.user_id AND trainer.username = 'trainer'
    WHERE session.cancelled_at IS NULL AND session.starts_at > datetime('now') ORDER BY session.starts_at LIMIT 1
"""
NEITHER_STAFF_NOR_MARKED_LATER = """
    SELECT person.username FROM courses_enrolment AS enrolment
    JOIN courses_classsession AS session ON session.run_id = enrolment.run_id AND session.id = ?
    JOIN people_user AS person ON person.id = enrolment.person_id
    WHERE enrolment.status = 'confirmed' AND NOT person.is_staff ORDER BY enrolment.id LIMIT ?
"""


@pytest.fixture(scope="module")
def own_site() -> Iterator[Site]:
    with demo_site() as site:
        yield site


@pytest.fixture
def session(own_site: Site) -> int:
    """Let the trainer's next session meet now and end in ten minutes, and give everybody the demo password."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    begin, end = (str(now + datetime.timedelta(minutes=minutes)) for minutes in (-5, 9))
    with closing(sqlite3.connect(own_site.database, timeout=30)) as database, database:
        (pk,) = database.execute(CLASS_OF_TODAY).fetchone()
        database.execute("UPDATE courses_classsession SET starts_at = ?, ends_at = ? WHERE id = ?", (begin, end, pk))
        database.execute(
            "UPDATE people_user SET password = (SELECT password FROM people_user WHERE username = 'learner')"
        )
    return int(pk)


@pytest.fixture
def open_own(browser: Browser, own_site: Site) -> Iterator[OpenPage]:
    with opening(browser, own_site.address) as open_one:
        yield open_one


def names(site: Site, session: int, count: int) -> list[str]:
    with closing(sqlite3.connect(site.database)) as database:
        return [name for (name,) in database.execute(NEITHER_STAFF_NOR_MARKED_LATER, (session, count))]


def scan(laptop: Page) -> str:
    """Look at the screen of the room with a camera; returns where the picture leads."""
    picture = Image.open(io.BytesIO(laptop.locator(".room__picture").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    return str(code.text)


def check_in(phone: Page, laptop: Page, username: str) -> None:
    """Scan, sign in on the way, see the tick; the phone is handed on."""
    phone.goto(scan(laptop))
    phone.locator("input[name=login]").fill(username)
    phone.locator("input[name=password]").fill("dongwan-2026-demo")
    phone.locator("main form button[type=submit]").first.tap()
    phone.wait_for_url("**/c/done/*/")
    expect(phone.locator("main h1")).to_contain_text("签到")
    sign_out(phone)


def test_from_the_first_mark_to_the_proof(own_site: Site, session: int, open_own: OpenPage) -> None:
    address = f"/teach/sessions/{session}/"
    trainer, hand = open_own(width=360, as_="trainer"), open_own(width=360)
    laptop = open_own(as_="office")

    # The trainer takes the register along and loses the network.
    take_along(trainer)
    trainer.context.set_offline(True)
    trainer.reload()
    trainer.locator(f"#app-day a[href='#session-{session}']").tap()
    expect(trainer.locator("#app-sheet-title")).to_be_focused()
    people = trainer.locator(".app__row").count()
    assert people >= 40
    assert [status(trainer, number).inner_text() for number in range(people)] == ["未点名"] * people

    # Meanwhile five people check in by what the laptop shows to the room.
    laptop.goto(f"{address}screen/")
    for username in names(own_site, session, BY_THEMSELVES):
        check_in(hand, laptop, username)
    expect(laptop.locator(".room__count strong")).to_have_text(str(BY_THEMSELVES), timeout=PATIENCE)

    # The office marks one person, whom the trainer, without a network, marks otherwise.
    somebody, key = name_of(trainer, people - 1), enrolment_of(trainer, people - 1)
    laptop.goto(address)
    line = laptop.locator(f"#person-{key}")
    line.locator("summary").click()
    line.locator("button[value=official_duty]").click()
    expect(line.locator("summary .badge")).to_have_text("公差")
    trainer.locator("#app-rest").tap()
    choose(trainer, people - 1, "absent")
    choose(trainer, people - 2, "on_leave")
    expect(trainer.locator("#app-unsent")).to_contain_text("未同步")

    # Back on the network everything arrives; the disagreement is shown, and a person decides.
    trainer.context.set_offline(False)
    unsent(trainer, 0)
    laptop.reload()
    expect(line).to_contain_text("两人记录不一致")
    assert barriers(laptop) == []
    line.locator("summary").click()
    line.locator("button[name=right]").filter(has_text=re.compile("公差")).click()
    expect(laptop.locator(f"#person-{key} summary .badge")).to_have_text("公差")
    expect(laptop.locator(".counter--unmarked strong")).to_have_text("0")

    # Closed, printed, looked up by somebody who is not signed in.
    here = people - 2
    laptop.goto(address)
    laptop.locator("#close-register summary").click()
    laptop.locator("#close-register input[name=head_count]").fill(str(here))
    laptop.locator("#close-register button[type=submit]").click()
    expect(laptop.locator("main")).to_contain_text("点名册已关闭")
    laptop.goto(f"{address}sheet/")
    printed = PdfReader(io.BytesIO(laptop.pdf(prefer_css_page_size=True)))
    text = "".join(page.extract_text() for page in printed.pages)
    assert len(printed.pages) == 2
    assert somebody in text.replace("\n", "")
    laptop.goto(address)
    public = laptop.locator("a[href^='/verify/']").first.get_attribute("href")
    stranger = open_own(width=360)
    stranger.goto(str(public))
    expect(stranger.locator("h1")).to_have_text("关闭后无改动")
    assert somebody not in stranger.content()
    assert barriers(stranger) == []

    _tamper(own_site, session, stranger)


def _tamper(site: Site, session: int, stranger: Page) -> None:
    """The database refuses to alter a mark; without its trigger the change is found, and the mark is named."""
    change = "UPDATE courses_attendanceevent SET status = 'absent' WHERE id = ?"
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        (event,) = database.execute(
            "SELECT min(id) FROM courses_attendanceevent WHERE session_id = ?", (session,)
        ).fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="evidence is never changed"):
            database.execute(change, (event,))
        sound = site.manage("verify_registers")
        assert (sound.returncode, sound.stderr) == (0, "")
        database.execute("DROP TRIGGER kept_courses_attendanceevent_update")
        database.execute(change, (event,))
        database.commit()
    found = site.manage("verify_registers")
    assert found.returncode == 1
    assert str(event) in found.stderr.splitlines()[0]
    stranger.reload()
    expect(stranger.locator(".notice--error")).to_be_visible()
