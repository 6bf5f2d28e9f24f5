"""The search page and its suggestions, as a reader meets them."""

import datetime
import html
import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import Page

from core.models import Material
from core.models.media import FileAccess
from courses.enums import LessonAccess
from courses.models import ChannelPage
from home.models import NoticeIndexPage, NoticePage, SiteDetails, StandardPage
from tests.factories import CoursePageFactory, LessonPageFactory, UserFactory, catalogue, home_page
from tests.people.helpers import bureau, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site() -> None:
    home_page()
    catalogue()


def channel(title: str, slug: str) -> ChannelPage:
    return catalogue().add_child(instance=ChannelPage(title=title, slug=slug))


def notice(title: str, day: datetime.date, **kwargs: Any) -> NoticePage:
    index = NoticeIndexPage.objects.first()
    index = index or home_page().add_child(instance=NoticeIndexPage(title="通知公告", slug="notices"))
    page = NoticePage(title=title, slug=f"notice-{index.get_children_count()}", published_on=day, **kwargs)
    index.refresh_from_db()
    return index.add_child(instance=page)


def material(title: str, text: str) -> Material:
    file = ContentFile(text.encode(), name="handout.txt")
    return Material.objects.create(title=title, text=text, file=file, access=FileAccess.PUBLIC)


def published(page: Page, year: int) -> Page:
    moment = datetime.datetime(year, 3, 1, 12, tzinfo=timezone.get_current_timezone())
    Page.objects.filter(pk=page.pk).update(first_published_at=moment)
    return page


def look(client: Client, q: str = "", **asked: Any) -> str:
    response = client.get("/search/", {"q": q, **asked})
    assert response.status_code == 200
    return response.content.decode()


def titles(page: str) -> list[str]:
    found = re.findall(r'<h3 class="result__title"><a href="[^"]*">(.*?)</a>', page)
    return [html.unescape(re.sub("<[^>]+>", "", title)) for title in found]


def counts(page: str, name: str) -> dict[str, int]:
    """The choices of a facet with their numbers."""
    boxes = re.findall(rf'name="{name}" value="([^"]*)".*?-count">(\d+)<', page)
    return {value: int(number) for value, number in boxes}


def offered(page: str) -> list[str]:
    meant = re.search(r'<p class="search__meant">(.*?)</p>', page)
    return re.findall(r">([^<>]+)</a>", meant[1]) if meant else []


def suggested(client: Client, q: str) -> list[tuple[str, str]]:
    page = client.get("/search/suggest/", {"q": q}).content.decode()
    found = re.findall(r'data-url="([^"]*)"><span>(.*?)</span>', page)
    return [(re.sub("<[^>]+>", "", title), url) for url, title in found]


# Results


def test_everything_that_is_published_is_found(client):
    course = CoursePageFactory(title="调解课程")
    LessonPageFactory(parent=course, title="调解课时", access=LessonAccess.PUBLIC)
    channel("调解频道", "mediation")
    notice("调解通知", datetime.date(2026, 11, 2))
    home_page().add_child(instance=StandardPage(title="调解指南", slug="guide"))
    material("调解讲义", "讲义的正文")
    assert set(titles(look(client, "调解"))) == {"调解课程", "调解课时", "调解频道", "调解通知", "调解指南", "调解讲义"}


def test_a_result_says_what_it_is_where_it_stands_and_why_it_was_found(client):
    course = CoursePageFactory(parent=channel("人民调解", "mediation"), title="公文写作", slug="writing")
    lesson = LessonPageFactory(
        parent=course, title="第一课 <选文种>", slug="kinds", access=LessonAccess.PUBLIC, summary="通告和通知怎么选。"
    )
    published(lesson, 2025)
    page = look(client, "通知")
    assert re.search(
        r'<span class="badge">课时内容</span><span class="result__trail"><span>课程中心</span>.*?<span>人民调解</span>'
        r'.*?<span>公文写作</span></span><time class="result__day" datetime="2025-03-01">2025-03-01</time></p>\s*'
        r'<h3 class="result__title"><a href="/courses/writing/kinds/">第一课 &lt;选文种&gt;</a></h3>\s*'
        r'<p class="result__text">通告和<mark>通知</mark>怎么选。</p>',
        page,
        re.DOTALL,
    )


def test_a_result_found_by_its_title_shows_what_it_says_of_itself(client):
    CoursePageFactory(title="信访接待", summary="常用公文怎么写，怎么改。", code="XF-01")
    assert '<p class="result__text">常用公文怎么写，怎么改。</p>' in look(client, "信访")


def test_a_word_inside_a_file_leads_to_the_file_and_names_the_page_that_holds_it(client):
    handout = material("讲义", "第三章 赔偿标准。")
    holder = StandardPage(title="法律援助", slug="aid", body=[("document", {"document": handout, "note": ""})])
    home_page().add_child(instance=holder)
    page = look(client, "赔偿标准")
    assert titles(page) == ["讲义"]
    assert f'<a href="{handout.url}">讲义</a>' in page
    assert '<span class="result__trail"><span>法律援助</span></span>' in page
    assert "第三章 <mark>赔偿标准</mark>。" in page


def test_people_are_found_by_those_whose_role_sees_them_within_their_units(client):
    town = bureau()
    found = {}
    for name, person in {
        "clerk": person_with("clerk", unit=town.office),
        "office": person_with("office", unit=town.office),
        "editor": person_with("editor", unit=town.office),
        "learner": town.inside,
    }.items():
        client.force_login(person)
        found[name] = titles(look(client, "文静")) + titles(look(client, "shanzhigang"))
    assert found == {"clerk": ["单志刚"], "office": ["欧阳文静", "单志刚"], "editor": [], "learner": []}


def test_a_person_stands_with_unit_and_post_and_never_with_the_phone(client):
    town = bureau()
    UserFactory(name="曾国平", unit=town.office, title="司法助理员", phone="13800138000")
    client.force_login(person_with("clerk", unit=town.office))
    page = look(client, "曾国平")
    assert '<p class="result__text">和平街道司法所 · 司法助理员</p>' in page
    assert "13800138000" not in page


def test_former_accounts_are_not_found(client):
    town = bureau()
    UserFactory(name="曾国平", unit=town.office, is_active=False)
    client.force_login(person_with("office", unit=town.office))
    assert titles(look(client, "曾国平")) == []


def test_ten_results_a_page(client):
    for number in range(11):
        CoursePageFactory(title=f"调解{number}")
    first, second = look(client, "调解"), look(client, "调解", page=2)
    assert (len(titles(first)), len(titles(second))) == (10, 1)
    assert set(titles(first) + titles(second)) == {f"调解{number}" for number in range(11)}
    assert 'href="?q=%E8%B0%83%E8%A7%A3&amp;page=2"' in first


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "", "9" * 50])
def test_a_page_that_does_not_exist_is_the_nearest_one(client, asked):
    CoursePageFactory(title="调解")
    assert titles(look(client, "调解", page=asked)) == ["调解"]


def test_pages_of_another_site_are_not_found(client):
    Page.get_first_root_node().add_child(instance=StandardPage(title="调解", slug="elsewhere"))
    assert titles(look(client, "调解")) == []


def test_robots_leave_the_results_alone(client):
    assert '<meta name="robots" content="noindex">' in look(client, "调解")
    assert client.get("/search/").headers["X-Robots-Tag"] == "noindex"


def test_only_reading_is_allowed(client):
    assert [client.post(path).status_code for path in ("/search/", "/search/suggest/")] == [405, 405]


# What people type


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "“”",
        "'",
        "调\0解",
        "x" * 10_000,
        "调解" * 5_000,
        "*",
        "a:b OR",
        "\\",
        "%",
        "<script>",
        "\ud800",
        "调 解",
    ],
)
def test_nothing_that_is_typed_breaks_the_page(client, typed):
    CoursePageFactory(title="调解")
    page = look(client, typed.encode("utf-8", "surrogatepass"))
    assert ("没有找到" in page) != bool(titles(page))


@pytest.mark.parametrize("typed", ["", "   ", "　\t\n", "\0"])
def test_blanks_ask_nothing(client, typed):
    page = look(client, typed)
    assert (titles(page), "没有找到" in page, "也可以直接看" in page) == ([], False, True)


def test_the_words_stand_in_the_box_again(client):
    assert 'value="调解 &quot;协议&quot;"' in look(client, '  调解\n "协议"  ')


def test_a_text_that_is_too_long_is_cut_and_the_page_says_so(client):
    page = look(client, "调" * 101)
    assert f'value="{"调" * 100}"' in page
    assert "只按前100个字搜索" in page
    assert "只按前" not in look(client, "调" * 100)


# Facets


@pytest.fixture
def variety() -> dict[str, ChannelPage]:
    """Two channels with two courses and one, a notice of another year, a file."""
    mediation, notaries = channel("人民调解频道", "mediation"), channel("公证频道", "notaries")
    published(CoursePageFactory(parent=mediation, title="卷宗一"), 2026)
    published(CoursePageFactory(parent=mediation, title="卷宗二"), 2025)
    published(CoursePageFactory(parent=notaries, title="卷宗三"), 2026)
    notice("卷宗通知", datetime.date(2024, 5, 1))
    material("卷宗讲义", "")
    Material.objects.update(created_at=datetime.datetime(2025, 5, 1, tzinfo=timezone.get_current_timezone()))
    return {"mediation": mediation, "notaries": notaries}


def test_facets_count_by_type_channel_and_year(client, variety):
    page = look(client, "卷宗")
    assert counts(page, "type") == {"course": 3, "notice": 1, "material": 1}
    assert counts(page, "channel") == {str(variety["mediation"].pk): 2, str(variety["notaries"].pk): 1}
    assert counts(page, "year") == {"2026": 2, "2025": 2, "2024": 1}


def test_choices_of_one_group_widen_and_groups_narrow_each_other(client, variety):
    page = look(client, "卷宗", type=["course", "material"], year="2025")
    assert set(titles(page)) == {"卷宗二", "卷宗讲义"}
    assert counts(page, "type") == {"course": 1, "notice": 0, "material": 1}
    assert counts(page, "channel") == {str(variety["mediation"].pk): 1, str(variety["notaries"].pk): 0}
    assert counts(page, "year") == {"2026": 2, "2025": 2, "2024": 0}


def test_a_channel_narrows_to_its_courses(client, variety):
    page = look(client, "卷宗", channel=variety["notaries"].pk)
    assert titles(page) == ["卷宗三"]
    assert 'href="/search/?q=%E5%8D%B7%E5%AE%97"><span class="visually-hidden">去掉条件：</span> 公证频道' in page


def test_paging_keeps_the_filters(client):
    for number in range(11):
        published(CoursePageFactory(title=f"调解{number}"), 2026)
    page = look(client, "调解", year="2026")
    assert 'href="?q=%E8%B0%83%E8%A7%A3&amp;year=2026&amp;page=2"' in page


@pytest.mark.parametrize(
    "asked", [{"type": "nonsense"}, {"channel": "1 OR 1"}, {"channel": "999999"}, {"year": "二〇"}, {"year": "99999"}]
)
def test_a_filter_that_means_nothing_is_left_out(client, variety, asked):
    assert len(titles(look(client, "卷宗", **asked))) == 5


def test_a_filter_without_a_result_can_be_taken_off(client, variety):
    page = look(client, "卷宗", year="1999")
    assert (titles(page), counts(page, "year")["1999"]) == ([], 0)
    assert "去掉上面的筛选条件" in page


def test_facets_with_one_choice_are_not_shown(client):
    CoursePageFactory(title="调解")
    assert counts(look(client, "调解"), "type") == {}


def test_htmx_gets_the_part_below_the_box_and_its_address(client, variety):
    response = client.get("/search/", {"q": "卷宗", "year": "2024"}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert titles(page) == ["卷宗通知"]
    assert "<html" not in page
    assert '<p id="search-count" hx-swap-oob="innerHTML">共1条结果' in page
    assert response.headers["HX-Push-Url"] == "/search/?q=%E5%8D%B7%E5%AE%97&year=2024"
    assert "HX-Request" in response.headers["Vary"]


# Other words, recommended pages, nothing found


def test_pinyin_finds_the_title_and_leads_to_the_characters(client):
    CoursePageFactory(title="公文写作提升班")
    CoursePageFactory(title="基层文书", summary="公文写作的常见错误")
    page = look(client, "gongwenxiezuo")
    assert (titles(page), offered(page)) == (["公文写作提升班"], ["公文写作"])
    assert titles(look(client, offered(page)[0])) == ["公文写作提升班", "基层文书"]


def promote(words: str, **kwargs: Any) -> None:
    SearchPromotion.objects.create(query=Query.get(words), **kwargs)


def test_promoted_pages_stand_first_for_exactly_these_words(client):
    guide = home_page().add_child(instance=StandardPage(title="报名指南", slug="guide"))
    promote("怎么报名", page=guide, description="从选课到确认，三步完成。")
    page = look(client, " 怎麼報名 ")
    assert '<a href="/guide/">报名指南</a>' in page
    assert "从选课到确认，三步完成。" in page
    assert "报名指南" not in look(client, "怎么")


def test_a_promoted_address_elsewhere_shows_where_it_leads(client):
    promote("法规库", external_link_url="https://flk.example.gov.cn/", external_link_text="法律法规数据库")
    page = look(client, "法规库")
    assert '<a href="https://flk.example.gov.cn/" rel="noreferrer">法律法规数据库</a>' in page
    assert page.count("https://flk.example.gov.cn/") == 2


def test_recommendations_stand_on_the_first_page_of_the_whole_search_only(client):
    guide = home_page().add_child(instance=StandardPage(title="指南", slug="guide"))
    CoursePageFactory(title="报名")
    promote("报名", page=guide)
    assert "/guide/" not in look(client, "报名", type="course")


def test_who_finds_nothing_is_told_what_to_try_and_whom_to_ask(client):
    details = SiteDetails.load()
    details.contact_office, details.contact_phone = "政工室", "0512-0000"
    details.save()
    channel("人民调解频道", "mediation")
    page = look(client, "毫不相干")
    for words in ("没有找到“毫不相干”", "同音字容易打错", "人民调解频道", "政工室", 'href="tel:0512-0000"'):
        assert words in page
    assert 'href="/accounts/login/?next=/search/%3Fq%3D' in page


# Counting searches


def counted() -> list[tuple[str, int]]:
    return list(QueryDailyHits.objects.values_list("query__query_string", "hits"))


def test_a_search_that_found_something_counts_once(client):
    CoursePageFactory(title="调解")
    look(client, "调解")
    look(client, "调解", type="course")
    look(client, "调解", page=2)
    client.get("/search/", {"q": "调解"}, headers={"HX-Request": "true"})
    client.get("/search/suggest/", {"q": "调"})
    assert counted()[0][0] == "调解"


def test_words_that_found_no_page_and_no_file_are_not_kept(client):
    town = bureau()
    client.force_login(person_with("office", unit=town.office))
    look(client, "欧阳文静")
    look(client, "毫不相干")
    assert counted() == []


# Suggestions


def test_suggestions_are_titles_that_hold_what_is_typed_the_beginning_first(client):
    CoursePageFactory(title="基层调解", slug="a", summary="民事")
    CoursePageFactory(title="调解入门与实践", slug="b")
    CoursePageFactory(title="公证", slug="c", summary="调解")
    assert suggested(client, "调") == [("调解入门与实践", "/courses/b/"), ("基层调解", "/courses/a/")]


@pytest.mark.parametrize("typed", ["gongw", "gongwen xiez", "gwx", "wenxie"])
def test_pinyin_suggests_too(client, typed):
    CoursePageFactory(title="公文写作提升班", slug="writing")
    assert suggested(client, typed) == [("公文写作提升班", "/courses/writing/")]


def test_there_are_eight_suggestions_at_most(client):
    for number in range(12):
        CoursePageFactory(title=f"调解{number}")
    assert len(suggested(client, "调解")) == 8


@pytest.mark.parametrize("typed", ["", " ", "“", "\0"])
def test_nothing_typed_suggests_nothing(client, typed):
    CoursePageFactory(title="调解")
    response = client.get("/search/suggest/", {"q": typed})
    assert (response.status_code, suggested(client, typed)) == (200, [])
    assert "没有建议" in response.content.decode()


def test_suggestions_are_kept_nowhere(client):
    assert "no-store" in client.get("/search/suggest/", {"q": "调"}).headers["Cache-Control"]


# Queries


def sow(times: int) -> None:
    mediation = channel(f"频道{times}", f"channel-{times}")
    for number in range(times):
        course = CoursePageFactory(parent=mediation, title=f"卷宗{times}-{number}")
        LessonPageFactory(parent=course, title=f"卷宗{times}-{number}", access=LessonAccess.PUBLIC)
        notice(f"卷宗{times}-{number}", datetime.date(2026, 1, 1))
        handout = material(f"卷宗{times}-{number}", "正文")
        holder = StandardPage(title=f"卷宗{times}-{number}", slug=f"page-{times}-{number}")
        holder.body = [("document", {"document": handout, "note": ""})]
        home_page().add_child(instance=holder)
        UserFactory(name=f"卷宗{times}-{number}", title="主任")


@pytest.mark.sqlite
def test_many_results_take_as_many_queries_as_one(client, django_assert_num_queries, django_assert_max_num_queries):
    bureau()
    client.force_login(person_with("office"))
    sow(1)
    look(client, "卷宗")  # kinds of content are remembered
    with django_assert_num_queries(QUERIES_OF_A_SEARCH):
        assert len(titles(look(client, "卷宗"))) == 6
    sow(3)
    with django_assert_max_num_queries(QUERIES_OF_A_SEARCH):  # the first ten need not be of every kind
        assert len(titles(look(client, "卷宗"))) == 10
    with django_assert_num_queries(QUERIES_OF_A_SUGGESTION):
        assert len(suggested(client, "卷宗")) == 8


QUERIES_OF_A_SEARCH = 40
QUERIES_OF_A_SUGGESTION = 19
