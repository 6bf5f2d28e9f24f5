"""Take the pictures of docs/screenshots from a demo of their own. Needs Chromium.

make screenshots                    all of them; on a workday, because the register is taken today
make screenshots ARGS="course search-phone"     some of them
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import chromium  # noqa: E402 - the folder must be importable first
from scripts.compile_messages import compile_messages  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "dongwan-2026-demo"  # noqa: S105 - the demo's own
PHONE, DESKTOP = (360, 740), (1280, 800)
MOST = 4_000_000  # bytes for all pictures together
Picture = tuple[str, str, tuple[int, int]]
# name: (who, address), taken at both widths; "" is a reader who is not signed in
PAIRS = {
    "course": ("learner", "/courses/tj-02/"),
    "lesson": ("learner", "/courses/tj-03/domestic-violence/"),
    "search": ("learner", "/search/?q=调解协议"),
    "profession": ("learner", "/courses/mediation/"),
    "notice": ("learner", "/notices/secrecy-class/"),
    "review": ("reviewer", "/admin/reviews/"),
}
# name: (who, address, window)
PICTURES: dict[str, Picture] = {
    "home": ("", "/", DESKTOP),
    "catalogue": ("", "/courses/", DESKTOP),
    "signed-up-phone": ("learner", "/", PHONE),
    "my-training-phone": ("learner", "/my/", PHONE),
    "register-phone": ("trainer", "/teach/", PHONE),
    "office": ("office", "/admin/runs/", DESKTOP),
    "editor": ("editor", "/admin/pages/", DESKTOP),
    **{name: (who, path, DESKTOP) for name, (who, path) in PAIRS.items()},
    **{f"{name}-phone": (who, path, PHONE) for name, (who, path) in PAIRS.items()},
}


def sign_up(page: Page) -> None:
    page.locator("main form[action$='/enrol/'] button").first.click()
    page.locator("main .notice--success").first.wait_for()


def keep_register(page: Page) -> None:
    """Everybody is here but the third, who is on leave."""
    page.locator("main a[href^='/teach/sessions/']").first.click()
    page.locator("#mark-rest-button").click()
    third = page.locator("ol.roster > li").nth(2)
    third.get_by_text("已到", exact=True).first.wait_for()
    third.locator("summary").click()
    third.locator("button[value=on_leave]").click()
    third.locator("summary .badge", has_text="请假").wait_for()
    page.locator("#counters").scroll_into_view_if_needed()


def write_course(page: Page) -> None:
    """The form of a new course."""
    address = page.get_by_role("link", name="课程中心").first.get_attribute("href") or ""
    page.goto(address.replace("/edit/", "/").replace("/pages/", "/pages/add/courses/coursepage/"))


STEPS = {"signed-up-phone": sign_up, "register-phone": keep_register, "editor": write_course}


@contextmanager
def demo() -> Iterator[str]:
    """Serve a freshly loaded demo on a free port; give its address."""
    with tempfile.TemporaryDirectory(prefix="training-pictures-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{home}/db.sqlite3", "MEDIA_ROOT": f"{home}/media"}
        environment |= {"PORT": str(port), "DEMO_PASSWORD": PASSWORD}
        manage = [sys.executable, "manage.py"]
        for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
            subprocess.run([*manage, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The demo did not start.")


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def take(browser: Browser, site: str, name: str) -> int:
    """Take one picture; return its size in bytes."""
    reader, path, (width, height) = PICTURES[name]
    context = browser.new_context(base_url=site, locale="zh-CN", viewport={"width": width, "height": height})
    page = context.new_page()
    if reader:
        sign_in(page, reader)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    STEPS.get(name, lambda page: None)(page)
    page.wait_for_load_state("networkidle")
    target = TARGET / f"{name}.png"
    page.screenshot(path=target)
    context.close()
    return target.stat().st_size


def main() -> None:
    if chromium.find() is None:
        raise SystemExit("No Chromium found (Debian: apt-get install chromium fonts-noto-cjk).")
    TARGET.mkdir(parents=True, exist_ok=True)
    compile_messages()
    with demo() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.OPTIONS)
        names = sys.argv[1:] or list(PICTURES)
        total = sum(take(browser, site, name) for name in names)
        browser.close()
    print(f"{len(names)} pictures, {total // 1024} KB")
    if total > MOST:
        raise SystemExit("The pictures are too large together.")


if __name__ == "__main__":
    main()
