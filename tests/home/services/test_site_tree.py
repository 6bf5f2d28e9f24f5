"""The pages of a new site."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page, Site

from courses.models import CourseIndexPage
from home.models import HomePage, NoticeIndexPage, StandardPage
from home.services.site_tree import build_site
from people.roles import ROLES

pytestmark = pytest.mark.django_db
PROVISIONAL = "2027年节假日（暂定）"
ADDRESSES = {"/", "/courses/", "/notices/", "/trainers/", "/library/", "/help/", "/privacy/"}


def addresses() -> set[str]:
    return {page.url for page in Page.objects.live().filter(depth__gte=2)}


def test_welcome_page_gives_way() -> None:
    titles = [
        "首页",
        "课程中心",
        "通知公告",
        "师资",
        "资料下载",
        "使用帮助",
        "个人信息保护告知",
        "发布审查",
        PROVISIONAL,
    ]
    assert build_site() == titles
    assert addresses() == ADDRESSES
    site = Site.objects.get()
    assert (type(site.root_page.specific), site.hostname, site.port) == (HomePage, "localhost", 8000)


def test_second_time_changes_nothing() -> None:
    build_site()
    before = list(Page.objects.order_by("pk").values_list("pk", "last_published_at"))
    assert build_site() == []
    assert list(Page.objects.order_by("pk").values_list("pk", "last_published_at")) == before


def test_work_of_editors_stays() -> None:
    build_site()
    CourseIndexPage.objects.update(title="课程")
    StandardPage.objects.get(slug="help").delete()
    assert build_site() == ["使用帮助"]
    assert CourseIndexPage.objects.get().title == "课程"


def test_menu_and_texts() -> None:
    build_site()
    shown = Page.objects.in_menu().order_by("path").values_list("slug", flat=True)
    assert list(shown) == ["courses", "notices", "trainers", "library", "help"]
    for page in StandardPage.objects.all():
        page.full_clean()
        page.body.stream_block.clean(page.body)
    assert NoticeIndexPage.objects.get().get_parent().specific == HomePage.objects.get()


def test_roles_are_made_with_their_pages() -> None:
    build_site()
    assert set(Group.objects.values_list("name", flat=True)) == {role.name for role in ROLES}
    editors = Group.objects.get(name="编辑")
    assert {permission.page_id for permission in editors.page_permissions.all()} == {HomePage.objects.get().pk}
