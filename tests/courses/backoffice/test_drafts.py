"""An editor of the mediators' channel neither sees nor touches the notaries' drafts, by whatever door.

The notaries' pages carry words that stand nowhere else; whatever answer holds one of them leaks.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page

from core.models import Material, Picture
from courses.models import ChannelPage, CoursePage, LessonPage
from courses.services.channels import PREFIX
from courses.services.review import build_workflow
from people.models import User
from people.services.roles import sync_roles
from tests.factories import ChannelPageFactory, CoursePageFactory, LessonPageFactory, UserFactory, home_page
from tests.people.helpers import person_with

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file of a rendition that it has just made to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

DRAFT, RENAMED, PICTURE, FILE = "尚未公开的公证新课", "尚未公开的公证改名", "公证室内景", "公证内部底稿"
SECRETS = (DRAFT, RENAMED, PICTURE, FILE)


@dataclass
class Channels:
    mediation: ChannelPage
    notary: ChannelPage
    course: CoursePage
    draft: CoursePage
    lesson: LessonPage
    own: CoursePage
    editor: User
    picture: Picture
    file: Material


@pytest.fixture
def channels(client):
    home_page()
    sync_roles()
    mediation = ChannelPageFactory(title="人民调解", slug="mediation")
    notary = ChannelPageFactory(title="公证", slug="notary")
    course = CoursePageFactory(parent=notary, title="继承公证", slug="gz-01")
    course.title = RENAMED
    course.save_revision()
    draft = CoursePageFactory(parent=notary, title=DRAFT, slug="gz-09", live=False)
    draft.save_revision()
    lesson = LessonPageFactory(parent=draft, title=f"{DRAFT}第一课", live=False)
    collection = Collection.objects.get(name="公证")
    editor = person_with("channel_editor")
    editor.groups.add(Group.objects.get(name=f"{PREFIX}人民调解"))
    client.force_login(editor)
    return Channels(
        mediation=mediation,
        notary=notary,
        course=CoursePage.objects.get(pk=course.pk),
        draft=draft,
        lesson=lesson,
        own=CoursePageFactory(parent=mediation, title="调解协议书", slug="tj-02"),
        editor=editor,
        picture=Picture.objects.create(title=PICTURE, file=get_test_image_file(), collection=collection),
        file=Material.objects.create(title=FILE, file=ContentFile(b"x", "a.txt"), collection=collection),
    )


def said(response: Any) -> str:
    """What the browser gets to read; windows of the admin come as JSON."""
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return json.dumps(response.json(), ensure_ascii=False)
    return response.getvalue().decode(errors="replace")


def leaks(response: Any) -> list[str]:
    return [word for word in SECRETS if word in said(response)]


def pages_url(name: str, *args: Any) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def lists(world: Channels) -> dict[str, str]:
    """Everything in the admin that lists pages."""
    search = "?q=尚未公开"
    return {
        "dashboard": "/admin/",
        "explorer": reverse("wagtailadmin_explore_root"),
        "catalogue": reverse("wagtailadmin_explore", args=[world.notary.get_parent().pk]),
        "other channel": reverse("wagtailadmin_explore", args=[world.notary.pk]),
        "draft": reverse("wagtailadmin_explore", args=[world.draft.pk]),
        "results": reverse("wagtailadmin_explore_results", args=[world.notary.pk]),
        "search": pages_url("search") + search,
        "search results": pages_url("search_results") + search,
        "chooser": reverse("wagtailadmin_choose_page_child", args=[world.notary.pk]),
        "chooser in a draft": reverse("wagtailadmin_choose_page_child", args=[world.draft.pk]),
        "chooser search": reverse("wagtailadmin_choose_page_search") + search,
        "chooser search renamed": reverse("wagtailadmin_choose_page_search") + "?q=继承公证",
        "chooser of lessons": reverse("wagtailadmin_choose_page") + "?page_type=courses.lessonpage",
        "chosen by number": reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={world.draft.pk}",
        "api": "/admin/api/main/pages/?limit=20",
        "api children": f"/admin/api/main/pages/?child_of={world.notary.pk}",
        "api detail": f"/admin/api/main/pages/{world.draft.pk}/",
        "aging": reverse("wagtailadmin_reports:aging_pages"),
        "locked": reverse("wagtailadmin_reports:locked_pages"),
        "workflows": reverse("wagtailadmin_reports:workflow"),
        "tasks": reverse("wagtailadmin_reports:workflow_tasks"),
        "types": reverse("wagtailadmin_reports:page_types_usage"),
        "one type": pages_url("type_use", "courses", "coursepage"),
        "history": reverse("wagtailadmin_reports:site_history"),
        "pictures": reverse("wagtailimages:index"),
        "picture chooser": reverse("wagtailimages_chooser:choose"),
        "files": reverse("wagtaildocs:index"),
        "file chooser": reverse("wagtaildocs_chooser:choose"),
    }


def test_no_list_of_the_admin_names_the_drafts_of_another_channel(client, channels):
    build_workflow()
    channels.draft.get_workflow().start(channels.draft, UserFactory())
    found = {name: leaks(client.get(url, follow=True)) for name, url in lists(channels).items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_same_lists_show_the_drafts_to_those_who_may_see_them(client, channels):
    client.force_login(UserFactory(superuser=True))
    shown = {name for name, url in lists(channels).items() if leaks(client.get(url, follow=True))}
    assert {"results", "search", "chooser", "chooser search", "api children", "one type", "pictures", "files"} <= shown


@pytest.mark.parametrize(
    "name",
    ["edit", "delete", "unpublish", "copy", "move", "history", "usage", "view_draft", "preview_on_edit",
     "workflow_history", "set_privacy", "lock", "unlock", "convert_alias"],
)  # fmt: skip
def test_no_address_of_another_channels_draft_answers(client, channels, name):
    url = pages_url(name, channels.draft.pk)
    for answer in (client.get(url), client.post(url, {})):
        assert leaks(answer) == []
        assert answer.status_code in (302, 403, 404, 405)
    assert CoursePage.objects.filter(pk=channels.draft.pk, live=False).exists()


def test_revisions_of_another_channel_are_not_compared_or_viewed(client, channels):
    revision = channels.course.get_latest_revision()
    for name, args in {
        "revisions_view": (channels.course.pk, revision.pk),
        "revisions_revert": (channels.course.pk, revision.pk),
        "revisions_compare": (channels.course.pk, "live", "latest"),
    }.items():
        answer = client.get(pages_url(name, *args))
        assert (name, answer.status_code in (302, 403, 404), leaks(answer)) == (name, True, [])


def test_nothing_is_written_into_another_channel(client, channels):
    count = Page.objects.count()
    assert client.get(pages_url("add", "courses", "coursepage", channels.notary.pk)).status_code == 302
    form = {"new_title": "x", "new_slug": "x", "new_parent_page": channels.notary.pk, "copy_subpages": ""}
    client.post(pages_url("copy", channels.own.pk), form)
    client.post(pages_url("move", channels.own.pk), {"new_parent_page": channels.notary.pk})
    client.post(pages_url("move_confirm", channels.own.pk, channels.notary.pk))
    for action in ("publish", "unpublish", "delete", "move"):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        answer = client.post(f"{url}?id={channels.draft.pk}", {"chooser": channels.mediation.pk})
        assert (action, leaks(answer)) == (action, [])
    assert Page.objects.count() == count
    assert channels.own.get_parent().pk == channels.mediation.pk
    assert not CoursePage.objects.get(pk=channels.draft.pk).live


def test_pictures_and_files_of_another_channel_are_closed(client, channels):
    addresses = [
        reverse("wagtailimages:edit", args=[channels.picture.pk]),
        reverse("wagtailimages:image_usage", args=[channels.picture.pk]),
        reverse("wagtailimages:url_generator", args=[channels.picture.pk]),
        reverse("wagtailimages:delete", args=[channels.picture.pk]),
        reverse("wagtailimages_chooser:chosen", args=[channels.picture.pk]),
        reverse("wagtailimages_chooser:select_format", args=[channels.picture.pk]),
        reverse("wagtailimages_chooser:chosen_multiple") + f"?id={channels.picture.pk}",
        reverse("wagtaildocs:edit", args=[channels.file.pk]),
        reverse("wagtaildocs:document_usage", args=[channels.file.pk]),
        reverse("wagtaildocs:delete", args=[channels.file.pk]),
        reverse("wagtaildocs_chooser:chosen", args=[channels.file.pk]),
        reverse("wagtaildocs_chooser:chosen_multiple") + f"?id={channels.file.pk}",
    ]
    open_doors = {url: leaks(answer) for url in addresses if leaks(answer := client.get(url, follow=True))}
    assert open_doors == {}


def test_an_editor_of_two_channels_does_not_see_the_third_between_them(client, channels):
    other = ChannelPageFactory(title="普法", slug="publicity")
    channels.editor.groups.add(Group.objects.get(name=f"{PREFIX}普法"))
    client.force_login(User.objects.get(pk=channels.editor.pk))
    assert client.get(reverse("wagtailadmin_explore", args=[channels.notary.pk])).status_code in (302, 403)
    assert leaks(client.get(reverse("wagtailadmin_explore", args=[channels.draft.pk]), follow=True)) == []
    shown = client.get(reverse("wagtailadmin_explore", args=[other.get_parent().pk])).content.decode()
    assert ("普法" in shown, "人民调解" in shown, f"/pages/{channels.notary.pk}/" in shown) == (True, True, False)


def test_published_pages_of_others_may_be_linked_to_under_their_published_titles(client, channels):
    assert "继承公证" in said(client.get(reverse("wagtailadmin_choose_page_child", args=[channels.notary.pk])))
    chosen = client.get(reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={channels.course.pk}").json()
    assert [page["adminTitle"] for page in chosen["result"]] == ["继承公证"]
