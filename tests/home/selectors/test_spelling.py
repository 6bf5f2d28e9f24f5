"""Other words for a query: pieces of titles that the reader may open."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Site

from courses.enums import LessonAccess
from home.selectors.search import reach
from home.selectors.spelling import meant, near
from tests.factories import CoursePageFactory, LessonPageFactory, home_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    """Ask as a visitor; nothing was found unless the test says so."""
    home_page()

    def ask(query: str, found: int = 0) -> list[str]:
        return meant(query, reach(AnonymousUser(), Site.objects.get(is_default_site=True)), found=found)

    return ask


@pytest.mark.parametrize(
    "typed", ["gongwenxiezuo", "gongwen xiezuo", "Gong Wen Xie Zuo", "ｇｗｘｚ", "工文协作", "公文xiezuo"]
)
def test_pinyin_initials_and_characters_that_sound_alike(asked, typed):
    CoursePageFactory(title="公文写作提升班")
    assert asked(typed) == ["公文写作"]


@pytest.mark.parametrize("typed", ["社区桥正", "社区矫矫正", "社区正"])
def test_one_wrong_character_one_too_many_one_missing(asked, typed):
    CoursePageFactory(title="社区矫正法实务培训")
    assert asked(typed) == ["社区矫正"]


def test_the_most_frequent_title_stands_first_and_three_are_enough(asked):
    for title in ("事务", "实务", "时务", "食物", "实务"):
        CoursePageFactory(title=f"{title}培训")
    found = asked("shiwu")
    assert (found[0], len(found)) == ("实务", 3)


def test_words_that_found_something_are_right(asked):
    CoursePageFactory(title="公文写作提升班")
    assert asked("工文写作", found=1) == []


def test_letters_are_looked_up_even_if_they_found_something(asked):
    CoursePageFactory(title="公文写作提升班")
    assert asked("gongwen", found=3) == ["公文"]


def test_what_is_typed_right_is_not_offered_again(asked):
    CoursePageFactory(title="Excel入门")
    assert asked("excel") == []


@pytest.mark.parametrize("typed", ["gw", "x", "2026", "“”", "毫不相干的话", "社" * 100])
def test_nothing_is_offered_for(asked, typed):
    CoursePageFactory(title="公文写作提升班")
    assert asked(typed) == []


def test_titles_that_the_reader_may_not_open_are_not_offered(asked):
    LessonPageFactory(title="机要写作", access=LessonAccess.ENROLLED)
    CoursePageFactory(title="机要写作", live=False)
    assert [asked(typed) for typed in ("jiyaoxiezuo", "jyxz", "几要写作", "机要写坐")] == [[]] * 4


@pytest.mark.parametrize(
    ("title", "wanted", "part"),
    [
        ("社区矫正法", "社区矫正", ""),  # the same is no slip
        ("法律援助", "社区矫正", ""),
        ("赴社区桥正处", "社区矫正", "社区桥正"),
        ("社区的矫正", "社区矫正", "社区的矫正"),
        ("Excel", "exce1", "excel"),
    ],
)
def test_near(title, wanted, part):
    assert near(title, wanted) == part
