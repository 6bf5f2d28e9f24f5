"""The library: a file that the reader may not open shows in no list, no count, no choice."""

import re
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Collection, ReferenceIndex

from core.models import Material
from core.models.media import FileAccess
from home.models import LibraryPage
from tests.factories import MaterialFactory, NoticePageFactory, UserFactory, close_to, home_page
from tests.people.helpers import Bureau, bureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves() -> dict[str, Collection]:
    root = Collection.get_first_root_node()
    forms, closed, other = (root.add_child(name=name) for name in ("表格下载", "内部资料", "不在资料室"))
    below = forms.add_child(name="请假表")
    page = home_page().add_child(instance=LibraryPage(title="资料下载", slug="library", show_in_menus=True))
    page.collections.set([forms, closed])
    page.save()
    return {"forms": forms, "closed": closed, "other": other, "below": below}


def look(client: Client, **asked: Any) -> str:
    response = client.get("/library/", asked)
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'class="download__link"[^>]*>([^<]*)</a>', page)


def choices(page: str) -> list[str]:
    box = re.search(r'<select name="collection".*?</select>', page, re.DOTALL)
    return re.findall(r">([^<>]+)</option>", box[0])[1:] if box else []


def count(page: str) -> int:
    found = re.search(r'role="status">\D*(\d+)', page[page.index("filters__actions") :])
    return int(found[1]) if found else -1


def test_files_of_the_chosen_collections_and_of_those_below(client: Client, shelves: dict[str, Collection]) -> None:
    MaterialFactory(title="登记表", collection=shelves["forms"])
    MaterialFactory(title="请假单", collection=shelves["below"])
    MaterialFactory(title="别处", collection=shelves["other"])
    page = look(client)
    assert titles(page) == ["请假单", "登记表"]
    assert (count(page), choices(page)) == (2, ["表格下载", "请假表"])


def test_a_closed_file_is_told_to_nobody(client: Client, shelves: dict[str, Collection]) -> None:
    MaterialFactory(title="公开", collection=shelves["forms"])
    MaterialFactory(title="登录可见", collection=shelves["closed"], access=FileAccess.SIGNED_IN)
    MaterialFactory(title="没有页面用到", collection=shelves["closed"], access=FileAccess.BY_PAGES)
    page = look(client)
    assert (titles(page), count(page), choices(page)) == (["公开"], 1, ["表格下载"])
    assert "登录可见" not in page
    assert "没有页面用到" not in page
    client.force_login(UserFactory())
    page = look(client)
    assert (titles(page), count(page), choices(page)) == (["登录可见", "公开"], 2, ["内部资料", "表格下载"])


def test_a_file_of_a_notice_for_one_unit(client: Client, shelves: dict[str, Collection]) -> None:
    town: Bureau = bureau()
    file = MaterialFactory(title="本所用表", collection=shelves["closed"], access=FileAccess.BY_PAGES)
    attach(close_to(NoticePageFactory(title="本所通知"), unit=town.office), file)
    client.force_login(town.outside)
    assert titles(look(client)) == []
    client.force_login(town.below)
    page = look(client)
    assert titles(page) == ["本所用表"]
    assert "本所通知" in page


def test_a_public_file_does_not_name_pages_that_the_reader_may_not_read(
    client: Client, shelves: dict[str, Collection]
) -> None:
    file = MaterialFactory(title="公开表", collection=shelves["forms"])
    attach(NoticePageFactory(title="公开通知"), file)
    attach(close_to(NoticePageFactory(title="内部通知")), file)
    page = look(client)
    assert "公开通知" in page
    assert "内部通知" not in page


def attach(notice: Any, file: Material) -> None:
    notice.attachments.create(material=file)
    notice.save()
    ReferenceIndex.create_or_update_for_object(notice)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "text"}, ["讲义"]),
        ({"kind": "table"}, ["名册"]),
        ({"kind": "media"}, []),
        ({"kind": "nonsense", "collection": "nonsense"}, ["名册", "讲义"]),
        ({"collection": "99999"}, ["名册", "讲义"]),
    ],
)
def test_files_are_narrowed(
    client: Client, shelves: dict[str, Collection], asked: dict[str, str], found: list[str]
) -> None:
    MaterialFactory(title="讲义", collection=shelves["forms"])
    Material.objects.filter(title="讲义").update(file="documents/handout.PDF")
    MaterialFactory(title="名册", collection=shelves["forms"])
    Material.objects.filter(title="名册").update(file="documents/list.xlsx")
    assert titles(look(client, **asked)) == found


def test_one_collection(client: Client, shelves: dict[str, Collection]) -> None:
    MaterialFactory(title="登记表", collection=shelves["forms"])
    MaterialFactory(title="请假单", collection=shelves["below"])
    assert titles(look(client, collection=shelves["below"].pk)) == ["请假单"]


def test_a_library_without_collections_is_empty(client: Client, shelves: dict[str, Collection]) -> None:
    MaterialFactory(title="登记表", collection=shelves["forms"])
    library = LibraryPage.objects.get()
    library.collections.clear()
    library.save()
    page = look(client)
    assert (titles(page), count(page)) == ([], 0)
    assert "/accounts/login/?next=/library/" in page


@pytest.mark.parametrize("rows", [1, 4])
def test_a_page_takes_a_constant_number_of_queries(
    client: Client, shelves: dict[str, Collection], django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        attach(NoticePageFactory(), MaterialFactory(collection=shelves["forms"]))
    look(client)
    with django_assert_num_queries(18):
        look(client)
