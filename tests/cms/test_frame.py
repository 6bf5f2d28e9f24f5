"""The frame of every page: navigation, display settings, error pages, health."""

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from home.models import LibraryPage, NoticeIndexPage, SiteDetails, StandardPage, TrainerIndexPage
from tests.factories import CourseRunFactory, UserFactory, catalogue, home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> None:
    catalogue()
    home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))


def navigation(html: str) -> list[tuple[str, str]]:
    """The entries of the main navigation as (address, label)."""
    return re.findall(r'<a class="site-nav__link" href="([^"]*)"[^>]*>([^<]*)</a>', html)


def page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def root_tag(html: str) -> str:
    found = re.search(r"<html[^>]*>", html)
    assert found
    return found[0]


def test_navigation_of_a_visitor(client: Client, site: None) -> None:
    assert navigation(page(client)) == [("/", "首页"), ("/courses/", "课程中心"), ("/notices/", "通知公告")]


def test_navigation_of_a_learner_adds_the_own_training(client: Client, site: None) -> None:
    client.force_login(UserFactory())
    assert navigation(page(client))[3:] == [("/my/", "我的培训")]


def test_navigation_of_a_trainer_adds_the_register(client: Client, site: None) -> None:
    trainer = UserFactory()
    CourseRunFactory(trainers=[trainer])
    client.force_login(trainer)
    assert navigation(page(client))[4:] == [("/teach/", "点名")]


def test_navigation_leaves_out_what_is_not_published(client: Client, site: None) -> None:
    NoticeIndexPage.objects.get().unpublish()
    assert navigation(page(client)) == [("/", "首页"), ("/courses/", "课程中心")]


def test_rooms_stand_there_unless_an_editor_takes_them_out(client: Client) -> None:
    home_page().add_child(instance=TrainerIndexPage(title="师资", slug="trainers", show_in_menus=True))
    home_page().add_child(instance=LibraryPage(title="资料下载", slug="library", show_in_menus=False))
    assert navigation(page(client))[-1] == ("/trainers/", "师资")


@pytest.mark.parametrize(
    ("path", "marked"), [("/", ["首页"]), ("/courses/", ["课程中心"]), ("/notices/", ["通知公告"]), ("/display/", [])]
)
def test_navigation_marks_the_current_section(client: Client, site: None, path: str, marked: list[str]) -> None:
    assert re.findall(r'aria-current="page">([^<]*)</a>', page(client, path)) == marked


def test_admin_link_is_for_those_with_access(client: Client, site: None) -> None:
    link = f'href="{reverse("wagtailadmin_home")}"'
    client.force_login(UserFactory())
    assert link not in page(client)
    client.force_login(UserFactory(superuser=True))
    assert link in page(client)


@pytest.mark.parametrize("path", ["/", "/courses/", "/display/", "/accounts/login/"])
def test_banner_stands_on_every_page(client: Client, site: None, path: str) -> None:
    SiteDetails.objects.create(banner="非涉密平台")
    assert "<span>非涉密平台</span>" in page(client, path)


def test_footer_shows_only_what_is_filled_in(client: Client, site: None) -> None:
    SiteDetails.objects.create(organisation="东湾区司法局", icp_number="测ICP备00000000号")
    footer = page(client).split("<footer", 1)[1]
    assert ("东湾区司法局" in footer, "测ICP备00000000号" in footer) == (True, True)
    assert ("tel:" in footer, "mailto:" in footer, "标识码" in footer) == (False, False, False)


def test_footer_links_to_the_help_page(client: Client, site: None) -> None:
    assert "/help/" not in page(client)
    home_page().add_child(instance=StandardPage(title="使用帮助", slug="help"))
    assert '<a href="/help/">' in page(client)


@pytest.mark.parametrize("signed_in", [False, True])
def test_frame_takes_a_constant_number_of_queries(
    client: Client, site: None, django_assert_num_queries: Any, signed_in: bool
) -> None:
    SiteDetails.objects.create()
    if signed_in:
        client.force_login(UserFactory())
    page(client, "/display/")
    # site details, navigation and the site; for a person also session, person, rights, register and unread
    with django_assert_num_queries(8 if signed_in else 3):
        page(client, "/display/")


# Display settings


def test_display_settings_are_as_the_device_has_them_at_first(client: Client, site: None) -> None:
    assert root_tag(page(client)) == '<html lang="zh-Hans" data-theme="auto" data-size="standard" data-keys="on">'


def test_display_settings_are_kept_and_lead_back(client: Client, site: None) -> None:
    response = client.post("/display/", {"theme": "dark", "size": "large", "next": "/courses/?q=1"})
    assert (response.status_code, response.headers["Location"]) == (302, "/courses/?q=1")
    assert root_tag(page(client)) == '<html lang="zh-Hans" data-theme="dark" data-size="large" data-keys="on">'


def test_display_settings_change_one_by_one(client: Client, site: None) -> None:
    client.post("/display/", {"theme": "dark"})
    client.post("/display/", {"size": "large"})
    assert root_tag(page(client)) == '<html lang="zh-Hans" data-theme="dark" data-size="large" data-keys="on">'


@pytest.mark.parametrize("value", ["", "huge", '"><script>'])
def test_display_settings_refuse_unknown_values(client: Client, site: None, value: str) -> None:
    client.post("/display/", {"size": value})
    client.cookies["theme"] = value
    assert root_tag(page(client)) == '<html lang="zh-Hans" data-theme="auto" data-size="standard" data-keys="on">'


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_display_settings_lead_to_no_other_site(client: Client, site: None, target: str) -> None:
    assert client.post("/display/", {"size": "large", "next": target}).headers["Location"] == "/"


def test_display_settings_answer_a_script_without_a_page(client: Client, site: None) -> None:
    response = client.post("/display/", {"size": "large"}, headers={"X-Requested-With": "fetch"})
    assert (response.status_code, response.content, response.cookies["size"].value) == (204, b"", "large")


def test_display_page_ticks_the_current_choice(client: Client, site: None) -> None:
    client.post("/display/", {"theme": "dark"})
    ticked = re.findall(r'name="(\w+)" value="(\w+)" checked', page(client, "/display/"))
    assert ticked == [("size", "standard"), ("theme", "dark"), ("keys", "on")]


def test_size_switch_offers_the_way_back(client: Client, site: None) -> None:
    offered = r'name="size" data-toggles="standard large" value="(\w+)"'
    assert re.findall(offered, page(client)) == ["large"]
    client.post("/display/", {"size": "large"})
    assert re.findall(offered, page(client)) == ["standard"]


def test_language_switch_turns_the_frame_english(client: Client, site: None) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    html = page(client)
    assert root_tag(html) == '<html lang="en" data-theme="auto" data-size="standard" data-keys="on">'
    assert navigation(html)[0] == ("/", "Home")


# Error pages


def test_missing_page_says_what_to_do(client: Client, site: None) -> None:
    response = client.get("/no-such-page/")
    html = response.content.decode()
    assert response.status_code == 404
    assert ("页面不存在" in html, "This page was not found" in html, 'href="/courses/"' in html) == (True, True, True)


def test_forbidden_page_names_the_account(client: Client, site: None) -> None:
    client.force_login(UserFactory(name="李四"))
    html = render_to_string("403.html", {"user": UserFactory(name="王五")}, client.get("/").wsgi_request)
    assert "您当前登录的账号是" in html


def test_refused_form_answers_in_both_languages(site: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "somebody"})
    html = response.content.decode()
    assert response.status_code == 403
    assert ("页面已过期" in html, "This form is no longer valid" in html) == (True, True)


def test_failure_page_needs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert ("系统出现故障" in html, "Something went wrong" in html) == (True, True)


# Health


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_ok(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


def test_health_asks_no_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_readiness_fails_without_a_database(client: Client) -> None:
    def fail(*_args: Any) -> None:
        raise DatabaseError

    with connection.execute_wrapper(fail):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database unavailable\n")


# What the policy demands of every template


@pytest.mark.parametrize("path", ["/", "/courses/", "/notices/", "/display/"])
def test_pages_carry_no_inline_script_style_or_handler(client: Client, site: None, path: str) -> None:
    CourseRunFactory()
    html = page(client, path)
    # Data for search engines is not executed, and browsers do not report it (looked at in Chromium).
    code = r"<script(?! type=.application/ld\+json.)(?![^>]*\bsrc=)[^>]*>"
    assert re.findall(rf"{code}|<style|\sstyle=|\son[a-z]+=\"", html) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//(?!testserver/)[^"]*"', html) == []
