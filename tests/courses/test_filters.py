"""The catalogue's filters: what each lets through, what is counted beside it."""

import datetime

import pytest
from django.http import QueryDict
from django.utils import timezone

from courses.enums import Category, Mode, Requirement
from courses.filters import CatalogueFilter
from courses.selectors.catalogue import all_professions, catalogue, coming_months
from tests.factories import CoursePageFactory, CourseRunFactory, EnrolmentFactory, ProfessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def narrowed(query, now):
    return CatalogueFilter(QueryDict(query), catalogue(now), professions=all_professions(), months=coming_months(now))


def found(query, now):
    return {course.title for course in narrowed(query, now).qs}


def counts(query, now, name):
    facet = next(facet for facet in narrowed(query, now).facets() if facet.name == name)
    return {choice.value: choice.count for choice in facet.choices}


@pytest.mark.parametrize("query", ["q=宪法", "q=%E5%AE%AA", "q=总纲", "q=fl-03", "q= 宪法 "])
def test_text_is_found_in_title_summary_and_code(now, query):
    CoursePageFactory(title="宪法与宣誓", summary="总纲与权利", code="FL-03")
    CoursePageFactory(title="公文写作")

    assert found(query, now) == {"宪法与宣誓"}


def test_choices_of_one_group_widen_and_groups_narrow(now):
    CoursePageFactory(title="宪法", category=Category.LAW, requirement=Requirement.COMPULSORY)
    CoursePageFactory(title="刑法", category=Category.LAW)
    CoursePageFactory(title="讲座", category=Category.IDEOLOGY, requirement=Requirement.COMPULSORY)
    CoursePageFactory(title="写作", category=Category.COMPETENCE, requirement=Requirement.COMPULSORY)

    assert found("channel=law&channel=ideology", now) == {"宪法", "刑法", "讲座"}
    assert found("channel=law&channel=ideology&requirement=compulsory", now) == {"宪法", "讲座"}


def test_hybrid_course_is_found_under_both_forms(now):
    for mode in Mode.values:
        CoursePageFactory(title=mode, mode=mode)

    assert found("mode=online", now) == {"online", "hybrid"}
    assert found("mode=onsite", now) == {"onsite", "hybrid"}


def test_course_for_everybody_is_found_under_every_profession(now):
    lawyer, notary = ProfessionFactory(code="lawyer"), ProfessionFactory(code="notary")
    CoursePageFactory(title="律师", professions=[lawyer])
    CoursePageFactory(title="公证", professions=[notary])
    CoursePageFactory(title="全体")

    assert found("profession=lawyer", now) == {"律师", "全体"}
    assert counts("", now, "profession") == {"lawyer": 2, "notary": 2}


@pytest.mark.parametrize("state", ["open", "full", "coming", "running"])
def test_state_looks_at_the_classes_of_the_course(now, state):
    for one in ("full", "coming", "running", "planned", "finished"):
        CourseRunFactory(course__title=one, **{one: True})
    CourseRunFactory(course__title="open")

    assert found(f"state={state}", now) == {state}
    assert counts("", now, "state") == {"open": 1, "full": 1, "coming": 1, "running": 1}


def test_free_seats_are_those_that_nobody_waits_for(now):
    CourseRunFactory(course__title="空")
    CourseRunFactory(course__title="满", full=True)
    EnrolmentFactory(run=CourseRunFactory(course__title="候补"), waitlisted=True)
    CourseRunFactory(course__title="已开班", running=True)

    assert found("free=1", now) == {"空"}


def test_month_begins_at_midnight_in_shanghai(now):
    first = timezone.localtime(now).replace(day=1, hour=0, minute=30, second=0, microsecond=0)
    next_month = (first + datetime.timedelta(days=62)).replace(day=1)
    CourseRunFactory(course__title="月初", starts_at=next_month)
    CourseRunFactory(course__title="上月末", starts_at=next_month - datetime.timedelta(hours=1))

    assert found(f"month={next_month:%Y-%m}", now) == {"月初"}
    assert counts("", now, "month")[f"{next_month:%Y-%m}"] == 1


def test_counts_of_a_group_heed_the_other_groups_only(now):
    CoursePageFactory(category=Category.LAW, requirement=Requirement.COMPULSORY)
    CoursePageFactory(category=Category.LAW)
    CoursePageFactory(category=Category.IDEOLOGY)

    query = "channel=law&requirement=compulsory"

    assert counts(query, now, "channel") == {"ideology": 0, "law": 1, "competence": 0, "administration": 0}
    assert counts(query, now, "requirement") == {"compulsory": 1, "elective": 1}


def test_count_is_what_the_choice_then_shows(now):
    for state in ("full", "coming", "running", "finished", "closed"):
        CourseRunFactory(**{state: True}, course__professions=[ProfessionFactory()])
    CourseRunFactory(course__mode=Mode.ONLINE)

    for facet in narrowed("q=公文", now).facets():
        shown = {choice.value: len(found(f"q=公文&{facet.name}={choice.value}", now)) for choice in facet.choices}
        assert {choice.value: choice.count for choice in facet.choices} == shown


def test_counts_take_one_query(now, django_assert_num_queries):
    for _ in range(3):
        CourseRunFactory()
    one = narrowed("channel=law&state=open&q=公文", now)

    with django_assert_num_queries(1):
        one.facets()


def test_chips_take_one_choice_off_each(now):
    one = narrowed("q=法&channel=law&channel=ideology&page=3", now)

    assert [(str(chip.label), QueryDict(chip.query).dict()) for chip in one.chips()] == [
        ("“法”", {"channel": "ideology"}),
        (str(Category.LAW.label), {"q": "法", "channel": "ideology"}),
        (str(Category.IDEOLOGY.label), {"q": "法", "channel": "law"}),
    ]


@pytest.mark.parametrize("query", ["month=2026-13", "month=9999-99", "profession=none", "free=2", "mode=hybrid"])
def test_unknown_choice_is_told_and_left_out(now, query):
    CoursePageFactory(title="宪法")
    one = narrowed(query, now)

    assert (list(one.form.errors), one.values, found(query, now)) == ([query.split("=")[0]], {}, {"宪法"})
