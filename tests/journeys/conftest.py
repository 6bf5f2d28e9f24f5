"""A real browser against a real server: `manage.py serve` on a database and files of its own, with the demo data.

The server lives for the whole run, so journeys share its data: let each use people and classes of its own. A journey
talks to the site through the browser alone, never through the ORM.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts import chromium
from scripts.compile_messages import compile_messages
from tests.journeys.harness import Visit, wait_until_ready

ROOT = Path(__file__).resolve().parent.parent.parent
OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey, marked or not."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass(frozen=True)
class Site:
    """A running site: its address, and what it was started with."""

    address: str
    home: Path
    environment: dict[str, str]

    @property
    def database(self) -> Path:
        return self.home / "journey.sqlite3"

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project beside the site."""
        return subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=False,
            capture_output=True, text=True,
        )  # fmt: skip


@contextmanager
def demo_site() -> Iterator[Site]:
    """Start a site with the demo data. Everything is stopped and removed afterwards."""
    if chromium.find() is None:
        pytest.skip("no Chromium found")
    home = Path(tempfile.mkdtemp(prefix="training-journey-"))
    port = _free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": f"sqlite:///{home}/journey.sqlite3",
        "MEDIA_ROOT": str(home / "media"),
        "PORT": str(port),
        "PYTHONWARNINGS": "default",
    }
    compile_messages()
    manage = [sys.executable, "manage.py"]
    server = None
    try:
        for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
            subprocess.run([*manage, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        log = (home / "log").open("wb")
        server = subprocess.Popen([*manage, "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", server, home / "log")
        yield Site(f"http://127.0.0.1:{port}", home, environment)
    finally:
        if server:
            server.terminate()
            server.wait(timeout=30)
            log.close()
            said = (home / "log").read_text(errors="replace")
            if "Traceback" in said:
                print(said)  # pytest shows it beside the journey that failed
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the site that the journeys share."""
    with demo_site() as shared:
        yield shared.address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open a page in a context of its own: `open_page(width=360, javascript=False, as_="learner")`."""
    with opening(browser, site) as open_one:
        yield open_one


@contextmanager
def opening(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Give what opens pages of the site at this address.

    Afterwards every page must have been clean: no script error, no blocked style, nothing from another host.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_one(*, width: int = 1280, javascript: bool = True, as_: str = "", language: str = "") -> Page:
        context = browser.new_context(
            base_url=site, locale="zh-CN", viewport={"width": width, "height": 800}, java_script_enabled=javascript,
            has_touch=width < 600, is_mobile=width < 600,
        )  # fmt: skip
        contexts.append(context)
        if language:
            context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site}])
        page = context.new_page()
        visits.append(Visit(page, site))
        if as_:
            sign_in(page, as_)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for visit in visits for fault in visit.faults] == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A desktop browser, nobody signed in."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A phone 360 points wide, nobody signed in."""
    return open_page(width=360)


def sign_in(page: Page, username: str, password: str = settings.DEMO_PASSWORD) -> None:
    """Sign in as a demo account, through the form."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
