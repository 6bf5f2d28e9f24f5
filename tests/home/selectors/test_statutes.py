"""The register, and the pages that cite a version which no longer holds."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page, ReferenceIndex

from core.models import StatuteVersion
from home.models import StandardPage
from home.selectors.statutes import described, entries, outdated_citations, statutes
from people.models import User
from tests.factories import (
    ChannelPageFactory,
    CoursePageFactory,
    StatuteFactory,
    StatuteVersionFactory,
    UserFactory,
    close_to,
    home_page,
)
from tests.people.helpers import bureau, channel_editor, person_with

pytestmark = pytest.mark.django_db
OLD, NEW, NEXT = datetime.date(2018, 1, 1), datetime.date(2024, 1, 1), datetime.date(2030, 1, 1)
TODAY = datetime.date(2026, 11, 27)


@pytest.fixture
def law() -> dict[datetime.date, StatuteVersion]:
    statute = StatuteFactory(name="中华人民共和国行政复议法")
    return {day: StatuteVersionFactory(statute=statute, in_force_from=day) for day in (OLD, NEW, NEXT)}


def body(*versions: StatuteVersion) -> list[Any]:
    quoted = {"law": "", "version": "", "article": "第一条", "text": "……", "paraphrase": False}
    return [("statute", {"source": version, **quoted}) for version in versions]


def citing(*versions: StatuteVersion, parent: Page | None = None, **kwargs: Any) -> Page:
    page = CoursePageFactory(body=body(*versions), **({"parent": parent} if parent else {}), **kwargs)
    ReferenceIndex.create_or_update_for_object(page)
    return page


def only(person: Any) -> Any:
    [entry] = entries(statutes(), TODAY, person)
    return entry


def test_what_holds_and_what_comes(law: dict[datetime.date, StatuteVersion]) -> None:
    entry = only(AnonymousUser())
    assert (entry.statute.name, entry.current, entry.coming) == ("中华人民共和国行政复议法", law[NEW], law[NEXT])


def test_a_law_that_only_comes_has_no_current_version() -> None:
    version = StatuteVersionFactory(in_force_from=NEXT)
    entry = only(AnonymousUser())
    assert (entry.current, entry.coming) == (None, version)


def test_citing_pages_are_those_that_the_reader_may_read(law: dict[datetime.date, StatuteVersion]) -> None:
    shown = citing(law[OLD], law[NEW])
    closed = close_to(citing(law[NEW]))
    citing(law[NEW], live=False)
    assert only(AnonymousUser()).pages == [shown.page_ptr]
    assert only(UserFactory()).pages == [shown.page_ptr, closed.page_ptr]


@pytest.mark.parametrize("rows", [1, 3])
def test_many_laws_take_as_many_queries_as_one(django_assert_num_queries: Any, rows: int) -> None:
    for _ in range(rows):
        citing(StatuteVersionFactory(), StatuteVersionFactory())
    reader = User.objects.get(pk=UserFactory().pk)
    with django_assert_num_queries(9):
        entries(statutes(), TODAY, reader)


# Old citations


@pytest.fixture
def editor() -> User:
    home_page()
    bureau()
    return person_with("editor")


def found(person: Any, day: datetime.date = TODAY) -> list[tuple[str, StatuteVersion, StatuteVersion]]:
    return [(row.page.title, row.cited, row.current) for row in described(outdated_citations(person, day), day)]


def test_a_page_that_cites_a_replaced_version(editor: User, law: dict[datetime.date, StatuteVersion]) -> None:
    citing(law[OLD], law[OLD], title="复议旧课")
    citing(law[NEW], title="复议新课")
    assert found(editor) == [("复议旧课", law[OLD], law[NEW])]


def test_a_version_that_only_comes_is_not_old(editor: User, law: dict[datetime.date, StatuteVersion]) -> None:
    citing(law[NEXT])
    assert found(editor) == []


def test_when_the_coming_version_holds_the_present_one_is_old(
    editor: User, law: dict[datetime.date, StatuteVersion]
) -> None:
    citing(law[NEW], title="复议新课")
    assert found(editor, NEXT) == [("复议新课", law[NEW], law[NEXT])]


def test_drafts_do_not_count(editor: User, law: dict[datetime.date, StatuteVersion]) -> None:
    citing(law[OLD], live=False)
    assert found(editor) == []


def test_editors_of_a_channel_get_their_own_pages(editor: User, law: dict[datetime.date, StatuteVersion]) -> None:
    mediation, notaries = ChannelPageFactory(title="人民调解"), ChannelPageFactory(title="公证")
    citing(law[OLD], parent=mediation, title="调解课")
    citing(law[OLD], parent=notaries, title="公证课")
    own = channel_editor(mediation)
    assert {title for title, *_ in found(own)} == {"调解课"}
    assert {title for title, *_ in found(editor)} == {"调解课", "公证课"}
    assert found(UserFactory()) == found(AnonymousUser()) == []


def test_every_type_of_page_is_looked_at(editor: User, law: dict[datetime.date, StatuteVersion]) -> None:
    page = home_page().add_child(instance=StandardPage(title="指南", slug="guide", body=body(law[OLD])))
    ReferenceIndex.create_or_update_for_object(page)
    assert found(editor) == [("指南", law[OLD], law[NEW])]


@pytest.mark.parametrize("rows", [1, 3])
def test_describing_takes_three_queries(
    editor: User, law: dict[datetime.date, StatuteVersion], django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        citing(law[OLD])
    references = list(outdated_citations(editor, TODAY))
    with django_assert_num_queries(3):
        assert len(described(references, TODAY)) == rows
