"""What a quotation says of its version."""

import datetime
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from core.models import StatuteVersion
from core.statutes import Citation, citation, in_force
from tests.factories import StatuteFactory, StatuteVersionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def quoted(source: StatuteVersion | None, law: str = "", version: str = "") -> dict[str, Any]:
    return {"source": source, "law": law, "version": version}


@pytest.fixture
def versions() -> dict[str, StatuteVersion]:
    law = StatuteFactory(name="监狱法")
    days = {"旧版": TODAY - 9 * DAY, "现行版": TODAY, "新版": TODAY + DAY}
    return {label: StatuteVersionFactory(statute=law, label=label, in_force_from=day) for label, day in days.items()}


def test_without_the_register_the_words_stand_as_they_are() -> None:
    assert citation(quoted(None, "某规定", "2012年")) == Citation("某规定", "2012年")


def test_the_version_in_force(versions: dict[str, StatuteVersion]) -> None:
    assert citation(quoted(versions["现行版"])) == Citation("监狱法", "现行版")


def test_an_old_version_names_the_one_that_holds(versions: dict[str, StatuteVersion]) -> None:
    assert citation(quoted(versions["旧版"])) == Citation("监狱法", "旧版", newer=versions["现行版"])


def test_a_version_that_only_comes(versions: dict[str, StatuteVersion]) -> None:
    assert citation(quoted(versions["新版"])) == Citation("监狱法", "新版", not_yet=TODAY + DAY)


def test_what_the_editor_wrote_goes_before_the_register(versions: dict[str, StatuteVersion]) -> None:
    assert citation(quoted(versions["现行版"], "监狱法（节选）", "修订")) == Citation("监狱法（节选）", "修订")


def test_what_holds_follows_the_day(versions: dict[str, StatuteVersion]) -> None:
    statute = versions["旧版"].statute_id
    assert in_force(TODAY - DAY) == {statute: versions["旧版"]}
    assert in_force(TODAY) == {statute: versions["现行版"]}
    assert in_force(TODAY + DAY) == {statute: versions["新版"]}
    assert in_force(TODAY - 10 * DAY) == {}


def test_many_quotations_of_one_page_ask_once(
    versions: dict[str, StatuteVersion], django_assert_num_queries: Any
) -> None:
    request = RequestFactory().get("/")
    with django_assert_num_queries(1):
        for version in versions.values():
            citation(quoted(version), request)
