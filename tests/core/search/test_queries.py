"""Real queries and all that each of them must find, the same on both databases, by every way into the index."""

import html
import re

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from modelsearch.backends import get_search_backend
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Site

from core.models import Material, Picture
from home.selectors.search import reach
from people.models import User
from people.services.roles import sync_roles
from tests.core.search.corpus import corpus, queries
from tests.factories import UserFactory, catalogue, home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def things():
    home_page()
    catalogue()
    sync_roles()
    return corpus()


def wrong(things, search, only=None):
    """Return, for each query that went wrong, what was found and what is lacking or too much."""
    keys = {(type(thing), thing.pk): key for key, thing in things.items()}
    wanted = {key for key, thing in things.items() if only is None or isinstance(thing, only)}
    failures = {}
    for row in queries():
        found = [keys.get((type(thing), thing.pk), str(thing)) for thing in search(row.query)]
        is_first = row.first not in wanted or found[:1] == [row.first]
        if set(found) != row.finds & wanted or len(found) != len(set(found)) or not is_first:
            failures[row.query] = found
    return failures


def test_there_are_many_queries_and_each_says_why():
    rows = queries()
    assert len({row.query for row in rows}) == len(rows) >= 60
    assert [row for row in rows if not row.why] == []


@pytest.fixture
def office():
    return UserFactory(name="管理", username="office", is_superuser=True)


def test_the_site_finds_exactly_these(things, office):
    within = reach(office, Site.objects.get(is_default_site=True))
    assert wrong(things, lambda query: within.search(query).objects()) == {}


def test_wagtails_own_search_finds_the_same(things):
    for model in (Page, Material, User):
        rows = model.objects.live() if model is Page else model.objects.all()
        rows = rows.specific() if model is Page else rows
        backend_finds = lambda query, rows=rows: list(get_search_backend().search(query, rows))  # noqa: E731
        assert wrong(things, backend_finds, only=model) == {}


def test_the_search_page_shows_the_same(things, office, client):
    client.force_login(office)
    by_title = {str(thing): key for key, thing in things.items()}

    def search(query):
        page = client.get("/search/", {"q": query}).content.decode()
        found = re.findall(r'<h3 class="result__title"><a href="[^"]*">(.*?)</a>', page)
        return [things[by_title[html.unescape(re.sub("<[^>]+>", "", title))]] for title in found]

    assert wrong(things, search) == {}


# The admin looks at titles and names, and takes the last word for the beginning of one


@pytest.fixture
def editor_client(things, office, client):
    client.force_login(office)
    for title in ("社区矫正中心外景", "公证处大厅"):
        Picture.objects.create(title=title, file=get_test_image_file(filename=f"{len(title)}.png"))
    Material.objects.create(title="社区矫正工作手册", file=ContentFile(b"-", name="a.pdf"))
    Material.objects.create(title="公证指引", file=ContentFile(b"-", name="b.pdf"))
    return client


TITLES = {
    "社区矫正法实务",
    "社区矫正中心外景",
    "社区矫正工作手册",
    "公文写作提升班",
    "公证实务",
    "公证处大厅",
    "公证指引",
    "王小明",
    "单志刚",
}
WAYS = [
    (
        "wagtailadmin_pages:search",
        {"矫正法": {"社区矫正法实务"}, "gwxz": {"公文写作提升班"}, "社區": {"社区矫正法实务"}},
    ),
    (
        "wagtailadmin_choose_page_search",
        {"矫正": {"社区矫正法实务"}, "gongwenx": {"公文写作提升班"}, "证实": {"公证实务"}},
    ),
    ("wagtailimages:index", {"矫正": {"社区矫正中心外景"}, "大厅": {"公证处大厅"}, "ｘ": set()}),
    ("wagtailimages_chooser:choose_results", {"区矫": {"社区矫正中心外景"}, '"': set()}),
    ("wagtaildocs:index", {"矫正": {"社区矫正工作手册"}, "指引": {"公证指引"}}),
    ("wagtaildocs_chooser:choose_results", {"工作手": {"社区矫正工作手册"}, "證指": {"公证指引"}}),
    (
        "wagtailusers_users:index",
        {"wxm": {"王小明"}, "shanzhigang": {"单志刚"}, "小明": {"王小明"}, "shan zhi": {"单志刚"}},
    ),
]


@pytest.mark.filterwarnings("ignore:Exception ignored in.*Spooled:pytest.PytestUnraisableExceptionWarning")  # Wagtail's
@pytest.mark.parametrize(("way", "expected"), WAYS, ids=[way for way, _ in WAYS])
def test_the_admin_finds_by_a_piece_of_the_title(editor_client, way, expected):
    found = {}
    for query in expected:
        response = editor_client.get(reverse(way), {"q": query})
        assert response.status_code == 200
        page = html.unescape(response.content.decode())
        found[query] = {title for title in TITLES if title in page}
    assert found == expected
