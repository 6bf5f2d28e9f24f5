"""The first page, the notices, the plain pages."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from core.blocks import BodyBlock
from home.models import NoticeIndexPage, NoticePage, StandardPage
from home.presenters.front import greeting
from home.selectors.front import my_enrolments, open_runs
from home.selectors.notices import notices
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory, catalogue, home_page

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def site() -> None:
    catalogue()
    home_page()


def notice_index() -> NoticeIndexPage:
    found = NoticeIndexPage.objects.first()
    return found or home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))


def make_notice(number: int, **kwargs: Any) -> NoticePage:
    day = datetime.date(2026, 11, 1) + number * DAY
    fields = {"title": f"关于第{number}期培训的通知", "slug": f"notice-{number}", "published_on": day, **kwargs}
    return notice_index().add_child(instance=NoticePage(**fields))


# What the page reads


def test_open_runs_are_those_that_take_sign_ups_soonest_closing_first() -> None:
    at = timezone.now()
    late = CourseRunFactory(now=at, sign_up_closes_at=at + 9 * DAY)
    soon = CourseRunFactory(now=at, sign_up_closes_at=at + 2 * DAY)
    for other in ("coming", "closed", "running", "planned", "postponed", "cancelled", "full"):
        CourseRunFactory(now=at, **{other: True})
    CourseRunFactory(now=at, course__live=False)
    assert list(open_runs(at, AnonymousUser())) == [soon, late]


def test_my_enrolments_are_my_own_standing_ones_the_next_class_first() -> None:
    at = timezone.now()
    person = UserFactory()
    later = EnrolmentFactory(person=person, run=CourseRunFactory(now=at, starts_at=at + 20 * DAY))
    sooner = EnrolmentFactory(person=person, run=CourseRunFactory(now=at, starts_at=at + 3 * DAY), waitlisted=True)
    EnrolmentFactory(person=person, withdrawn=True)
    EnrolmentFactory(person=person, run=CourseRunFactory(now=at, finished=True))
    EnrolmentFactory()
    assert list(my_enrolments(person, at)) == [sooner, later]


def test_notices_are_the_published_ones_newest_first() -> None:
    first, second = make_notice(1), make_notice(2)
    make_notice(3, live=False)
    assert list(notices(AnonymousUser())) == [second, first]


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "上午好"), (11, "上午好"), (12, "下午好"), (17, "下午好"), (18, "晚上好"), (23, "晚上好")],
)
def test_greeting_follows_the_hour_in_shanghai(hour: int, words: str) -> None:
    at = datetime.datetime(2026, 11, 24, hour, 30, tzinfo=timezone.get_default_timezone())
    assert greeting(UserFactory(name="陈晓梅"), at) == f"陈晓梅，{words}"


# The first page


def test_visitor_sees_open_classes_and_the_way_in(client: Client) -> None:
    run = CourseRunFactory(course__title="公文写作提升班")
    html = client.get("/").content.decode()
    assert f'<a href="/runs/{run.pk}/">公文写作提升班</a>' in html
    assert f'href="/accounts/login/?next=/runs/{run.pk}/"' in html
    assert 'id="my-classes"' not in html


def test_learner_signs_up_from_the_card(client: Client) -> None:
    run, person = CourseRunFactory(), UserFactory()
    client.force_login(person)
    html = client.get("/").content.decode()
    form = re.search(rf'action="/runs/{run.pk}/enrol/".*?name="key" value="(\w+)"', html, re.DOTALL)
    assert form
    response = client.post(f"/runs/{run.pk}/enrol/", {"key": form[1]})
    assert response.headers["Location"] == f"/runs/{run.pk}/"
    assert list(person.enrolments.values_list("run", "status")) == [(run.pk, "confirmed")]


def test_learner_sees_the_next_class_and_the_own_ones(client: Client) -> None:
    person = UserFactory(name="陈晓梅")
    next_run = CourseRunFactory(course__title="人民调解实务", venue="报告厅")
    EnrolmentFactory(person=person, run=next_run)
    waiting = CourseRunFactory(course__title="行政复议法要点", capacity=1)
    EnrolmentFactory(run=waiting)
    EnrolmentFactory(person=person, run=waiting, waitlisted=True)
    client.force_login(person)
    html = client.get("/").content.decode()
    assert "陈晓梅，" in html.split("<h1>", 1)[1][:20]
    card = html.split('class="card next-class"', 1)[1].split("</section>", 1)[0]
    assert ("人民调解实务" in card, "报告厅" in card) == (True, True)
    mine = html.split('id="my-classes"', 1)[1].split("</section>", 1)[0]
    assert re.findall(r'class="badge badge--(\w+)">([^<]*)<', mine) == [("open", "已报名"), ("warn", "候补第1位")]


def test_page_says_so_when_nothing_is_open(client: Client) -> None:
    assert "目前没有正在报名的班次" in client.get("/").content.decode()


def test_channels_lead_into_the_catalogue(client: Client) -> None:
    html = client.get("/").content.decode()
    found = re.findall(r'class="channel" href="([^"]*)".*?<span>([^<]*)</span></a>', html)
    assert found == [
        ("/courses/?channel=ideology", "政治理论"),
        ("/courses/?channel=law", "法律法规"),
        ("/courses/?channel=competence", "能力素质"),
        ("/courses/?channel=administration", "行政能力"),
    ]


def test_page_has_one_main_heading(client: Client) -> None:
    CourseRunFactory()
    make_notice(1)
    assert client.get("/").content.decode().count("<h1") == 1


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("signed_in", "queries"), [(False, 12), (True, 28)])
def test_first_page_takes_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: Any, rows: int, signed_in: bool, queries: int
) -> None:
    person = UserFactory()
    for number in range(rows):
        CourseRunFactory()
        EnrolmentFactory(person=person, run=CourseRunFactory(closed=True))
        make_notice(number)
    if signed_in:
        client.force_login(person)
    client.get("/")
    with django_assert_num_queries(queries):
        client.get("/")


# Notices and plain pages


def test_notice_list_leads_to_each_notice_with_its_date(client: Client) -> None:
    make_notice(1)
    html = client.get("/notices/").content.decode()
    listed = r'<a class="list__title" href="([^"]*)">([^<]*)</a>\s*<time[^>]*>([^<]*)</time>'
    assert re.findall(listed, html) == [("/notices/notice-1/", "关于第1期培训的通知", "2026-11-02")]


def test_notice_list_is_paged(client: Client) -> None:
    for number in range(21):
        make_notice(number)
    first, last = client.get("/notices/").content.decode(), client.get("/notices/?page=2").content.decode()
    assert (first.count("list__item"), last.count("list__item")) == (20, 1)
    assert ('href="?page=2"' in first, 'href="?page=1"' in last) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_notice_list_takes_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_notice(number)
    client.get("/notices/")
    with django_assert_num_queries(13):
        client.get("/notices/")


def test_notice_shows_number_issuer_date_and_text(client: Client) -> None:
    body = [("text", "<p>现将有关事项通知如下。</p>")]
    make_notice(1, document_number="东司发〔2026〕18号", issued_by="东湾区司法局", body=body)
    html = client.get("/notices/notice-1/").content.decode()
    article = html.split('<article class="official">', 1)[1].split("</article>", 1)[0]
    for part in ("东司发〔2026〕18号", "来源：东湾区司法局", "发布日期：2026-11-02", "现将有关事项通知如下。"):
        assert part in article
    assert "东湾区司法局<br>2026年11月2日" in article


def test_plain_page_lists_its_sections_and_its_subpages(client: Client) -> None:
    headings = [("heading", {"text": text, "level": "2"}) for text in ("登录", "报名", "签到")]
    page = home_page().add_child(
        instance=StandardPage(title="使用帮助", slug="help", body=BodyBlock().normalize(headings))
    )
    page.add_child(instance=StandardPage(title="常见问题", slug="questions"))
    html = client.get("/help/").content.decode()
    contents = re.findall(r'<a href="#(h-[^"]+)">([^<]*)</a>', html)
    assert [text for _, text in contents] == ["登录", "报名", "签到"]
    assert [anchor for anchor, _ in contents] == re.findall(r'<h2 id="(h-[^"]+)">', html)
    assert '<a class="list__title" href="/help/questions/">常见问题</a>' in html
