"""Who gets what at every address: routes.csv is the reviewed policy, the URL resolver says what there is.

A new address fails here until somebody has thought about it: the failure prints its line, with what the site answers
now; read it, correct the site or paste it. `login`, `refused` and status codes are explained in `routes.outcome`.
"""

import csv
import io
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.routes import Route, address, all_routes, ask, client_for
from tests.architecture.world import ROLES, World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite,  # permissions do not depend on the database
    # 2026-11-24, Wagtail 8.0.1: the preview of a picture leaves its temporary file to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

POLICY = Path(__file__).with_name("routes.csv")
COLUMNS = ["pattern", "method", *ROLES, "why"]


@cache
def policy() -> dict[str, dict[str, str]]:
    with POLICY.open(encoding="utf-8", newline="") as file:
        return {row["pattern"]: row for row in csv.DictReader(file)}


@cache
def routes() -> dict[str, Route]:
    return {route.pattern: route for route in all_routes()}


@pytest.fixture
def world() -> World:
    return build()


def test_every_route_is_reviewed(world: World) -> None:
    unreviewed = [route for pattern, route in routes().items() if pattern not in policy()]
    lines = "\n".join(_line(route, world) for route in unreviewed)
    assert not unreviewed, f"Review these addresses and add them to {POLICY.name}:\n{','.join(COLUMNS)}\n{lines}"


def test_no_reviewed_route_is_gone() -> None:
    assert sorted(set(policy()) - set(routes())) == []


@pytest.mark.parametrize("role", ROLES)
def test_routes_answer_as_reviewed(world: World, role: str) -> None:
    client = client_for(world.people[role])
    reviewed = {pattern: row for pattern, row in policy().items() if pattern in routes()}
    answers = {p: ask(client, row["method"], address(routes()[p], world)) for p, row in reviewed.items()}
    changed = {p: f"{answers[p]}, reviewed: {row[role]}" for p, row in reviewed.items() if answers[p] != row[role]}
    assert changed == {}


def test_routes_that_change_something_refuse_to_be_read(world: World) -> None:
    client = client_for(world.people["admin"])
    posted = [pattern for pattern, row in policy().items() if row["method"] == "POST" and pattern in routes()]
    answers = {pattern: ask(client, "GET", address(routes()[pattern], world)) for pattern in posted}
    assert answers == dict.fromkeys(posted, "405")


def test_nothing_in_the_admin_is_open_without_a_reason() -> None:
    """A person who may enter the admin, and nothing else, is let in nowhere unless the policy says why."""
    unexplained = [
        pattern
        for pattern, row in policy().items()
        if pattern.startswith("admin/") and row["bare"] not in ("refused", "404", "405") and not row["why"]
    ]
    assert unexplained == []


def test_policy_holds_no_crash_of_ours() -> None:
    assert [pattern for pattern, row in policy().items() if "500" in row.values() and not row["why"]] == []


def _line(route: Route, world: World) -> str:
    """The line of the policy that describes what the site does now."""
    url = address(route, world)
    method = "POST" if ask(client_for(world.people["admin"]), "GET", url) == "405" else "GET"
    answers = [ask(client_for(world.people[role]), method, url) for role in ROLES]
    line = io.StringIO()
    csv.writer(line).writerow([route.pattern, method, *answers, ""])
    return line.getvalue().strip()
