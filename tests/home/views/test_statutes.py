"""The register for everybody, and the words at a quotation."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.courses.backoffice.helpers import say
from tests.factories import StatuteFactory, StatuteVersionFactory, home_page
from tests.home.selectors.test_statutes import citing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def site() -> None:
    home_page()


def look(client: Client, path: str = "/statutes/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_version_day_and_deadline_of_study(client: Client) -> None:
    law = StatuteFactory(name="中华人民共和国监狱法")
    StatuteVersionFactory(statute=law, label="2012年修正", in_force_from=datetime.date(2013, 1, 1))
    StatuteVersionFactory(
        statute=law, label="2026年修订", in_force_from=datetime.date(2026, 11, 1), study_by=TODAY, changes="章节有增加"
    )
    html = look(client)
    assert re.findall(r'<h2 class="panel__title">([^<]*)<', html) == ["中华人民共和国监狱法"]
    assert re.findall(r'<time datetime="([^"]*)"', html) == ["2026-11-01"]
    assert "2026年修订" in html
    assert "2012年修正" not in html
    assert say("To be studied") in html
    assert "章节有增加" in html


def test_a_version_that_only_comes(client: Client) -> None:
    coming = StatuteVersionFactory(label="新修订", in_force_from=TODAY + DAY)
    assert say("Coming version") in look(client)
    StatuteVersionFactory(statute=coming.statute, label="现行", in_force_from=TODAY, study_by=TODAY - DAY)
    html = look(client)
    assert say("To be studied") not in html
    assert "现行" in html


def test_it_leads_to_the_citing_pages(client: Client) -> None:
    page = citing(StatuteVersionFactory(), title="监狱法要点")
    html = look(client)
    assert f'<a class="list__title" href="{page.url}">监狱法要点</a>' in html


def test_an_empty_register_says_so(client: Client) -> None:
    assert say("The register is empty") in look(client)


def test_a_quotation_of_an_old_version_says_so(client: Client) -> None:
    law = StatuteFactory()
    old = StatuteVersionFactory(statute=law, label="旧版", in_force_from=TODAY - 9 * DAY)
    page = citing(old)
    assert "statute--old" not in look(client, page.url)
    StatuteVersionFactory(statute=law, label="新版", in_force_from=TODAY)
    html = look(client, page.url)
    assert "statute--old" in html
    assert "新版" in html


def test_a_quotation_of_a_coming_version_says_when_it_begins(client: Client) -> None:
    page = citing(StatuteVersionFactory(label="新版", in_force_from=TODAY + DAY))
    html = look(client, page.url)
    assert "statute__warning" in html
    assert "statute--old" not in html


@pytest.mark.parametrize("rows", [1, 4])
def test_a_page_takes_a_constant_number_of_queries(client: Client, django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        citing(StatuteVersionFactory())
    look(client)
    with django_assert_num_queries(9):
        look(client)
