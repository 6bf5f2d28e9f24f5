"""The register in the back office: who keeps it, who chooses from it, what stays."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from core.models import Statute, StatuteVersion
from tests.factories import StatuteFactory, StatuteVersionFactory, home_page
from tests.home.backoffice.test_confirmations import cells, look
from tests.home.selectors.test_statutes import citing
from tests.people.helpers import bureau, person_with
from tests.spreadsheets import csv_rows

pytestmark = pytest.mark.django_db
LIST = "/admin/statutes/"
CHOOSER = "/admin/statute_version_chooser/"
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def site() -> None:
    home_page()
    bureau()


def signed_in(client: Client, code: str) -> None:
    client.force_login(person_with(code))


def form(name: str, versions: list[dict[str, object]], initial: int = 0) -> dict[str, str]:
    given = {"name": name, "short_name": "", "versions": inline_formset(versions, initial=initial)}
    return nested_form_data(given)  # type: ignore[no-any-return]


def version(label: str, day: str, **more: object) -> dict[str, object]:
    return {"label": label, "in_force_from": day, "study_by": "", "changes": "", **more}


def test_an_editor_enters_a_law_with_its_versions(client: Client) -> None:
    signed_in(client, "editor")
    rows = [version("2012年修正", "2013-01-01"), version("2026年修订", "2026-11-01", study_by="2026-12-31")]
    response = client.post(f"{LIST}new/", form("中华人民共和国监狱法", rows))
    assert response.status_code == 302
    found = StatuteVersion.objects.values_list("statute__name", "label", "in_force_from", "study_by")
    assert set(found) == {
        ("中华人民共和国监狱法", "2012年修正", datetime.date(2013, 1, 1), None),
        ("中华人民共和国监狱法", "2026年修订", datetime.date(2026, 11, 1), datetime.date(2026, 12, 31)),
    }


def test_a_law_needs_a_version(client: Client) -> None:
    signed_in(client, "editor")
    assert client.post(f"{LIST}new/", form("中华人民共和国监狱法", [])).status_code == 200
    assert Statute.objects.count() == 0


@pytest.mark.parametrize(("is_cited", "left"), [(True, ["旧版", "新版"]), (False, ["新版"])])
def test_a_version_that_pages_cite_stays(client: Client, is_cited: bool, left: list[str]) -> None:
    signed_in(client, "editor")
    law = StatuteFactory()
    old = StatuteVersionFactory(statute=law, label="旧版", in_force_from=TODAY - DAY)
    new = StatuteVersionFactory(statute=law, label="新版", in_force_from=TODAY)
    if is_cited:
        citing(old)
    rows = [
        version("旧版", f"{old.in_force_from}", id=old.pk, DELETE="1"),
        version("新版", f"{new.in_force_from}", id=new.pk),
    ]
    client.post(f"{LIST}edit/{law.pk}/", form(law.name, rows, initial=2))
    assert list(StatuteVersion.objects.order_by("in_force_from").values_list("label", flat=True)) == left


def test_the_list_says_what_holds_and_what_comes(client: Client) -> None:
    signed_in(client, "office")
    law = StatuteFactory(name="=某法", short_name="某")
    StatuteVersionFactory(statute=law, label="旧版", in_force_from=TODAY - 2 * DAY)
    StatuteVersionFactory(statute=law, label="现行版", in_force_from=TODAY)
    StatuteVersionFactory(statute=law, label="新版", in_force_from=TODAY + DAY)
    [row] = cells(look(client, LIST))
    assert row[1:3] == [f"现行版（{TODAY}）", f"新版（{TODAY + DAY}）"]
    assert cells(look(client, LIST, q="没有")) == []
    [line] = csv_rows(client.get(LIST, {"export": "csv"}))
    assert list(line.values()) == ["'=某法", "某", row[1], row[2]]


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_takes_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: object, rows: int
) -> None:
    signed_in(client, "editor")
    for _ in range(rows):
        StatuteVersionFactory()
    look(client, LIST)
    with django_assert_num_queries(11):  # type: ignore[operator]
        look(client, LIST)


@pytest.mark.parametrize("code", ["channel_editor", "reviewer", "section_head"])
def test_those_who_write_choose_versions_but_do_not_enter_them(client: Client, code: str) -> None:
    signed_in(client, code)
    row = StatuteVersionFactory(label="2026年修订")
    assert "2026年修订" in client.get(CHOOSER).json()["html"]
    assert client.get(f"{CHOOSER}chosen/{row.pk}/").status_code == 200
    for path in (f"{LIST}new/", f"{LIST}edit/{row.statute.pk}/", f"{LIST}delete/{row.statute.pk}/"):
        assert client.get(path).headers["Location"] == "/admin/"
        assert client.post(path).headers["Location"] == "/admin/"


@pytest.mark.parametrize("code", ["clerk", "leader", "admin"])
def test_others_have_nothing_to_do_with_it(client: Client, code: str) -> None:
    signed_in(client, code)
    StatuteVersionFactory()
    for path in (LIST, f"{LIST}new/", CHOOSER):
        assert client.get(path).headers["Location"] == "/admin/"
    assert LIST not in look(client, "/admin/")


def test_a_law_with_versions_cannot_be_deleted(client: Client) -> None:
    signed_in(client, "office")
    law = StatuteVersionFactory().statute
    client.post(f"{LIST}delete/{law.pk}/")
    assert Statute.objects.filter(pk=law.pk).exists()
    StatuteVersion.objects.all().delete()
    client.post(f"{LIST}delete/{law.pk}/")
    assert not Statute.objects.filter(pk=law.pk).exists()
