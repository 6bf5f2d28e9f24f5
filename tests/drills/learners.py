"""People at their browsers: they sign in, open the page of a class and press its button, all through HTTP."""

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.drills.server import HOST

PASSWORD = "drill-of-a-quiet-morning"
PATIENCE = 180  # seconds in which somebody tries again
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


@dataclass
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Press:
    """One person's press of the button. Times by the person's own clock, in seconds."""

    person: int
    key: str
    sent: float = 0.0
    received: float = 0.0
    tries: int = 0
    tried_at: float = 0.0  # the last try, by the clock that rows are dated with
    answer: Answer | None = None

    @property
    def took(self) -> float:
        return self.received - self.sent


@dataclass
class Learner:
    """One browser: its cookies, and what the page of the class gave it to send."""

    port: int
    person: int
    username: str
    cookies: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        path = "/accounts/login/"
        token = _found(TOKEN, self.ask("GET", path).text)
        answer = self.ask("POST", path, {"csrfmiddlewaretoken": token, "login": self.username, "password": PASSWORD})
        if answer.status != 302:
            raise SystemExit(f"{self.username} could not sign in: {answer.status}")

    def open_page(self, run: int) -> None:
        text = self.ask("GET", f"/runs/{run}/").text
        self.form = {"csrfmiddlewaretoken": _found(TOKEN, text), "key": _found(KEY, text)}

    def press(self, run: int) -> Press:
        """Press the button; if no answer comes, press again with the same key, as a browser's reload does."""
        press = Press(self.person, self.form["key"], sent=time.monotonic())
        while press.answer is None and time.monotonic() - press.sent < PATIENCE:
            press.tries, press.tried_at = press.tries + 1, time.time()
            try:
                press.answer = self.ask("POST", f"/runs/{run}/enrol/", self.form)
            except (OSError, http.client.HTTPException):
                time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - a pause, no secret
        press.received = time.monotonic()
        return press

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, urlencode(fields) if fields else None, self._headers(path))
            response = connection.getresponse()
            text = response.read().decode()
            self._keep_cookies(response)
            return Answer(response.status, response.headers.get("Location", ""), text)
        finally:
            connection.close()

    def _headers(self, path: str) -> dict[str, str]:
        """As a browser behind the proxy that ends TLS."""
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"https://{HOST}:{self.port}{path}",
            "X-Forwarded-Proto": "https",
        }

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.coded_value
                if not morsel.value or morsel["max-age"] == "0":
                    del self.cookies[name]


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise SystemExit(f"A page has no {pattern.pattern}.")
    return match.group(1)


def each(learners: list[Learner], work: Callable[[Learner], None], threads: int = 6) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, learners))


class Rush:
    """Everybody at one barrier. Half press at once, the others when the seed says, within `spread` seconds."""

    def __init__(self, learners: list[Learner], run: int, seed: int, spread: float) -> None:
        self.presses: list[Press] = []
        self.people = len(learners)
        self._run, self._barrier = run, threading.Barrier(len(learners))
        chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        pauses = [chance.choice((0.0, chance.uniform(0, spread))) for _ in learners]
        chance.shuffle(learners)
        self._threads = [threading.Thread(target=self._one, args=pair) for pair in zip(learners, pauses, strict=True)]

    def __iter__(self) -> Iterator[int]:
        """Let them go; give the number of answers whenever it has grown, until all have one."""
        for thread in self._threads:
            thread.start()
        seen = 0
        while any(thread.is_alive() for thread in self._threads):
            time.sleep(0.005)
            if len(self.presses) > seen:
                seen = len(self.presses)
                yield seen

    def _one(self, learner: Learner, pause: float) -> None:
        self._barrier.wait()
        time.sleep(pause)
        self.presses.append(learner.press(self._run))
