"""The words of a file of a closed lesson reach nobody outside, on whatever page one looks for them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection
from wagtail.search import index

from core.models import FileAccess, Material
from courses.enums import LessonAccess
from courses.models import LessonPage
from courses.permissions import readable_materials
from home.models import LibraryPage
from people.models import User
from tests.factories import (
    CoursePageFactory,
    CourseRunFactory,
    EnrolmentFactory,
    LessonPageFactory,
    UserFactory,
    catalogue,
    home_page,
)

pytestmark = pytest.mark.django_db
TITLE, TEXT, NAME = "密词甲子讲义", "正文里有密词丙寅，别处没有。", "密词戊辰.txt"
WORDS = ("密词甲子", "密词丙寅", "密词戊辰", "micijiazi")


@pytest.fixture
def lesson() -> LessonPage:
    home_page()
    file = ContentFile(TEXT.encode(), name=NAME)
    material = Material.objects.create(title=TITLE, text=TEXT, text_read_at=timezone.now(), file=file)
    index.insert_or_update_object(material)
    lesson = LessonPageFactory(parent=CoursePageFactory(slug="closed"), slug="lesson", access=LessonAccess.ENROLLED)
    lesson.body = [("document", {"document": material, "note": ""})]
    lesson.save_revision().publish()
    library = home_page().add_child(instance=LibraryPage(title="资料下载", slug="library"))
    library.collections.add(Collection.get_first_root_node())
    library.save_revision().publish()
    return lesson


def participant(lesson: LessonPage) -> User:
    return EnrolmentFactory(run=CourseRunFactory(course=lesson.get_parent().specific)).person


def entrant(_lesson: LessonPage) -> User:
    """Somebody who may enter the admin, and nothing else."""
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return person


def client_of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def everything(client: Client, lesson: LessonPage) -> str:
    """All that the site says of the file when one looks for it, without what one typed oneself."""
    said = []
    for word in WORDS:
        for address, query in (
            ("/search/", {"q": word}),
            ("/search/suggest/", {"q": word}),
            ("/library/", {}),
            ("/library/", {"kind": "text"}),
            ("/admin/api/main/documents/", {"search": word}),
            ("/admin/api/main/documents/", {"fields": "*"}),
            ("/courses/closed/", {}),
            (lesson.url, {}),
            ("/", {}),
        ):
            body = client.get(address, query).content.decode()
            said.append(
                body
                if not query.get("q") and not query.get("search")
                else body.replace(query["q" if "q" in query else "search"], "")
            )
    return "\n".join(said)


@pytest.mark.parametrize("who", [lambda lesson: None, lambda lesson: UserFactory(), entrant])
def test_an_outsider_meets_neither_title_nor_text_nor_name(lesson, who: Callable[[LessonPage], User | None]):
    said = everything(client_of(who(lesson)), lesson)
    assert [word for word in (*WORDS, "正文里有", "别处没有", "documents/") if word in said] == []


def test_a_participant_finds_it_everywhere(lesson):
    client = client_of(participant(lesson))
    pages = {name: client.get(address, query).content.decode() for name, address, query in (
        ("search", "/search/", {"q": "密词丙寅"}), ("suggest", "/search/suggest/", {"q": "密词甲子"}),
        ("library", "/library/", {}), ("lesson", lesson.url, {}),
    )}  # fmt: skip
    address = Material.objects.get().url
    assert [name for name, page in pages.items() if address not in page] == []


def test_counts_and_facets_do_not_give_it_away(lesson):
    outsider, member = client_of(UserFactory()), client_of(participant(lesson))
    numbers = [
        client.get("/search/", {"q": "密词丙寅"}).content.decode().count("result__title")
        for client in (outsider, member)
    ]
    assert numbers == [0, 1]


@pytest.mark.parametrize("many", [1, 4])
def test_which_files_are_open_takes_the_same_queries_for_one_and_many(django_assert_num_queries, many):
    catalogue()
    person = UserFactory()
    for number in range(many):
        file = ContentFile(b"x", name=f"{number}.txt")
        material = Material.objects.create(title=f"讲义{number}", file=file, access=FileAccess.BY_PAGES)
        course = CoursePageFactory()
        lesson = LessonPageFactory(parent=course, access=LessonAccess.ENROLLED)
        lesson.body = [("document", {"document": material, "note": ""})]
        lesson.save_revision().publish()
        EnrolmentFactory(run=CourseRunFactory(course=course), person=person)
    with django_assert_num_queries(QUERIES_OF_A_READER):
        assert readable_materials(User.objects.get(pk=person.pk)).count() == many
    with django_assert_num_queries(QUERIES_OF_A_VISITOR):
        assert readable_materials(AnonymousUser()).count() == 0


QUERIES_OF_A_READER = 10
QUERIES_OF_A_VISITOR = 3  # the privacy of pages and of collections, then the files
