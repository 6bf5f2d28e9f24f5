"""What journeys look at beside the page itself."""

import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

READY_WITHIN = 240
NO_FAULT = ("Failed to load resource", "axe.run results")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visit:
    """Listens to a page and keeps what must not happen on any of them."""

    def __init__(self, page: Page, site: str) -> None:
        self.site = site
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._see_request)
        page.on("response", self._see_response)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser reports every 4xx answer here too; whether one was right is for the journey to say. And axe talks
        # to itself when a page that renews itself changes under its eyes.
        if message.type == "error" and not any(words in message.text for words in NO_FAULT):
            self.faults.append(f"console: {message.text}")

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.faults.append(f"another host: {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status}: {response.url}")


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    found: list[dict[str, Any]] = Axe().run(page, options={"runOnly": STANDARD}).response["violations"]
    return [f"{item['id']}: {node['target']} {node['html'][:120]}" for item in found for node in item["nodes"]]


def overflow(page: Page) -> int:
    """By how many points the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Page, least: int = 44) -> list[str]:
    """Buttons and fields that a thumb would miss; links inside running text are exempt, as in WCAG."""
    script = """least => [...document.querySelectorAll('button, select, input:not([type=hidden]), a.button')]
        .filter(e => e.offsetParent && !e.closest('.visually-hidden') && !e.classList.contains('visually-hidden'))
        .map(e => [e, e.getBoundingClientRect()])
        .filter(([e, r]) => (e.type === 'checkbox' || e.type === 'radio') ? false : r.height < least - 0.5)
        .map(([e, r]) => `${e.outerHTML.slice(0, 90)} ${Math.round(r.width)}×${Math.round(r.height)}`)"""
    return list(page.evaluate(script, least))


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The server did not start:\n{log.read_text(errors='replace')}")
