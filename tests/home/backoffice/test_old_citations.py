"""Pages that cite old law, as editors see them in the admin."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from core.models import StatuteVersion
from tests.factories import ChannelPageFactory, StatuteFactory, StatuteVersionFactory, home_page
from tests.home.backoffice.test_confirmations import cells, look
from tests.home.selectors.test_statutes import citing
from tests.people.helpers import bureau, channel_editor, person_with
from tests.spreadsheets import csv_rows

pytestmark = pytest.mark.django_db
REPORT = "/admin/old-citations/"
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def versions() -> list[StatuteVersion]:
    """An old version, the one in force and a coming one."""
    home_page()
    bureau()
    law = StatuteFactory(name="中华人民共和国监狱法", short_name="监狱法")
    days = (TODAY - 900 * DAY, TODAY - 9 * DAY, TODAY + 9 * DAY)
    return [
        StatuteVersionFactory(statute=law, label=label, in_force_from=day)
        for label, day in zip(("旧版", "现行版", "新版"), days, strict=True)
    ]


def test_a_row_names_page_and_versions(client: Client, versions: list[StatuteVersion]) -> None:
    page = citing(versions[0], title="监狱法要点")
    citing(versions[1], title="监狱法新课")
    client.force_login(person_with("editor"))
    html = look(client, REPORT)
    assert [row[:4] for row in cells(html)] == [["监狱法要点", "监狱法", "旧版", "现行版"]]
    assert f"/admin/pages/{page.pk}/edit/" in html


def test_coming_versions_count_on_demand(client: Client, versions: list[StatuteVersion]) -> None:
    citing(versions[1], title="监狱法新课")
    client.force_login(person_with("editor"))
    assert cells(look(client, REPORT)) == []
    assert [row[:4] for row in cells(look(client, REPORT, when="coming"))] == [
        ["监狱法新课", "监狱法", "现行版", "新版"]
    ]


def test_the_list_is_narrowed_to_one_statute_and_exported(client: Client, versions: list[StatuteVersion]) -> None:
    citing(versions[0], title="=监狱法")
    client.force_login(person_with("editor"))
    other = StatuteFactory()
    assert len(cells(look(client, REPORT, statute=versions[0].statute.pk))) == 1
    assert cells(look(client, REPORT, statute=other.pk)) == []
    [row] = csv_rows(client.get(REPORT, {"export": "csv"}))
    assert next(iter(row.values())) == "'=监狱法"
    assert list(row.values())[2:5] == ["中华人民共和国监狱法", "旧版", "现行版"]


def test_editors_of_a_channel_see_their_own_pages_alone(client: Client, versions: list[StatuteVersion]) -> None:
    mediation, notaries = ChannelPageFactory(title="人民调解"), ChannelPageFactory(title="公证")
    citing(versions[0], parent=mediation, title="调解课")
    citing(versions[0], parent=notaries, title="公证课")
    client.force_login(channel_editor(mediation))
    for path in (REPORT, "/admin/"):
        html = look(client, path)
        assert "调解课" in html
        assert "公证课" not in html


def test_those_who_edit_nothing_see_nothing(client: Client, versions: list[StatuteVersion]) -> None:
    citing(versions[0], title="监狱法要点")
    client.force_login(person_with("clerk"))
    assert client.get(REPORT).headers["Location"] == "/admin/"
    html = look(client, "/admin/")
    assert "监狱法要点" not in html
    assert REPORT not in html


def test_the_first_page_of_the_admin_lists_them(client: Client, versions: list[StatuteVersion]) -> None:
    client.force_login(person_with("editor"))
    assert 'id="old-citations' not in look(client, "/admin/")
    for number in range(9):
        citing(versions[0], title=f"旧课{number}")
    html = look(client, "/admin/")
    assert [f"旧课{number}" in html for number in range(9)] == [True] * 8 + [False]


@pytest.mark.parametrize("rows", [1, 5])
def test_the_report_takes_a_constant_number_of_queries(
    client: Client, versions: list[StatuteVersion], django_assert_num_queries: object, rows: int
) -> None:
    for _ in range(rows):
        citing(versions[0])
    client.force_login(person_with("editor"))
    look(client, REPORT)
    with django_assert_num_queries(14):  # type: ignore[operator]
        look(client, REPORT)
