"""Words that often mark secrets are asked about before a page goes further, by every door, and the answer is kept."""

import datetime
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from core import secrecy
from core.models import Material, SecrecyWords
from core.publishing import publish_due
from core.secrecy import ACTION, Unconfirmed, confirm, hits, plain, unconfirmed
from courses.models import CoursePage
from courses.services.review import build_workflow
from people.services.roles import sync_roles
from tests.courses.backoffice.helpers import say
from tests.factories import CoursePageFactory, UserFactory, home_page

pytestmark = pytest.mark.django_db


def with_body(*blocks: tuple[str, Any], **fields: Any) -> CoursePage:
    body = [{"type": kind, "value": value, "id": str(number)} for number, (kind, value) in enumerate(blocks)]
    return CoursePageFactory(live=False, body=json.dumps(body), **fields)


def words(page: CoursePage) -> list[tuple[str, str]]:
    return [(hit.word, hit.excerpt) for hit in hits(page)]


@pytest.mark.parametrize("text", ["机密", "机 密", "機密", "机\u200b密", "机\n密", "机　密"])
def test_writing_it_otherwise_does_not_hide_it(text):
    assert plain(text) == "机密"


def test_it_looks_at_every_text_of_the_page():
    assert words(CoursePageFactory(title="绝密课")) == [("绝密", "绝密课")]
    assert [word for word, _ in words(CoursePageFactory(summary="传真电报一份", audience="内部文件"))] == [
        "内部文件",
        "传真电报",
    ]


@pytest.mark.parametrize(
    "block",
    [
        ("heading", {"text": "机密", "level": "2"}),
        ("text", "<p>机<b>密</b></p>"),
        ("callout", {"kind": "note", "title": "", "text": "机密"}),
        ("key_points", {"title": "要点", "points": [{"type": "item", "value": "机密", "id": "p"}]}),
        ("statute", {"source": None, "law": "x", "version": "", "article": "1", "text": "机密", "paraphrase": False}),
        ("table", {"caption": "x", "table": {"columns": [{"type": "text", "heading": "a"}],
                                             "rows": [{"values": ["机密"]}], "caption": ""}}),
    ],
)  # fmt: skip
def test_it_looks_into_every_kind_of_block(block):
    assert [hit.word for hit in hits(with_body(block))] == ["机密"]


def test_it_looks_at_names_and_text_of_files_and_says_where():
    file = Material(title="讲义", file=ContentFile(b"x", "机密讲义.txt"), text="首页：绝密★一年")
    file.save()
    page = with_body(("document", {"document": file.pk, "note": ""}))
    assert [(hit.word, hit.anchor) for hit in hits(page)] == [
        ("机密", "#block-0-section"),
        ("绝密", "#block-0-section"),
    ]
    link = f'<p><a linktype="document" id="{file.pk}">讲义</a></p>'
    assert [hit.word for hit in hits(with_body(("text", link)))] == ["机密", "绝密"]


def test_the_list_is_the_bureaus_own():
    SecrecyWords.objects.update_or_create(defaults={"words": "专案组\n\n"})
    assert words(CoursePageFactory(title="机密", summary="专案组名单")) == [("专案组", "专案组名单")]
    SecrecyWords.objects.update(words="")
    assert hits(CoursePageFactory(title="机密")) == []


def test_an_answer_holds_for_the_places_it_named():
    page, person = CoursePageFactory(summary="保密法规定的机密级事项"), UserFactory()
    confirm(page=page, found=hits(page), by=person)
    assert unconfirmed(page) == []
    page.title = "机密"
    assert [hit.excerpt for hit in unconfirmed(page)] == ["机密"]


def test_the_look_takes_the_same_queries_for_one_and_many_files(django_assert_num_queries):
    files = [Material.objects.create(title=f"讲义{n}", file=ContentFile(b"x", f"{n}.txt")) for n in range(5)]
    for count in (1, 5):
        page = with_body(*(("document", {"document": file.pk, "note": ""}) for file in files[:count]))
        page = CoursePage.objects.get(pk=page.pk)
        SecrecyWords.load()
        with django_assert_num_queries(3):  # the words, the files of the blocks, the files of the page
            hits(page)


# The doors


@pytest.fixture
def page():
    home_page()
    sync_roles()
    build_workflow()
    return with_body(("text", "<p>机密级事项怎么定</p>"), slug="secrecy", code="XZ-02")


def form(page: CoursePage, **changes: Any) -> dict[str, Any]:
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "code": page.code,
            "category": "competence",
            "requirement": "elective",
            "mode": "onsite",
            "hours": "2",
            "summary": "刚刚打好的摘要",
            "objectives": "",
            "body": streamfield([("text", rich_text("<p>机密级事项怎么定</p>"))]),
            "comments": empty,
            "readers": empty,
            "prerequisites": empty,
        }
        | changes
    )


def send(client: Any, page: CoursePage, action: str, **changes: Any) -> Any:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(url, form(page, **{action: "1"} | changes))


def fresh(page: CoursePage) -> CoursePage:
    return CoursePage.objects.get(pk=page.pk)


@pytest.mark.parametrize("action", ["action-submit", "action-publish"])
def test_nothing_is_sent_on_without_an_answer_and_nothing_typed_is_lost(client, page, action):
    client.force_login(UserFactory(superuser=True))
    answer = send(client, page, action)
    assert answer.context["form"].errors == {
        "secrecy_confirmed": [say("Please check the places below and confirm, or change the text.")]
    }
    shown = answer.content.decode()
    assert ("刚刚打好的摘要" in shown, 'name="secrecy_confirmed"' in shown, "<strong>机密</strong>" in shown) == (
        True,
    ) * 3
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, False)


def test_a_page_without_such_words_shows_no_box(client):
    home_page()
    client.force_login(UserFactory(superuser=True))
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[CoursePageFactory().pk])).content.decode()
    assert ("id_title" in shown, "secrecy_confirmed" in shown) == (True, False)


def test_a_draft_is_saved_without_being_asked(client, page):
    client.force_login(UserFactory(superuser=True))
    send(client, page, "action-save-draft")
    assert fresh(page).get_latest_revision_as_object().summary == "刚刚打好的摘要"


def test_with_the_answer_it_goes_on_and_the_answer_is_kept_with_name_and_words(client, page):
    person = UserFactory(superuser=True, name="苏晚晴")
    client.force_login(person)
    send(client, page, "action-submit", secrecy_confirmed="on")
    assert fresh(page).workflow_in_progress
    entry = PageLogEntry.objects.get(page=page.pk, action=ACTION)
    assert (entry.user, [hit["word"] for hit in entry.data["hits"]]) == (person, ["机密"])
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert ("不含国家秘密和工作秘密" in history, "机密" in history) == (True, True)
    assert "苏晚晴" in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_a_new_page_is_asked_too(client, page):
    client.force_login(UserFactory(superuser=True))
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", page.get_parent().pk])
    changes = {"slug": "new", "code": "XZ-09"}
    client.post(url, form(page, **{"action-submit": "1"} | changes))
    assert not CoursePage.objects.filter(slug="new").exists()
    client.post(url, form(page, **{"action-submit": "1", "secrecy_confirmed": "on"} | changes))
    assert CoursePage.objects.get(slug="new").workflow_in_progress
    assert PageLogEntry.objects.filter(action=ACTION).count() == 1


@pytest.mark.parametrize("below", [False, True])
def test_bulk_publishing_refuses_the_selection(client, page, below):
    client.force_login(UserFactory(superuser=True))
    page.save_revision()
    chosen = page.get_parent() if below else page
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{url}?id={chosen.pk}", {"include_descendants": "on"} if below else {}, follow=True)
    assert "机密" in "".join(str(message) for message in answer.context["messages"])
    assert not fresh(page).live


def test_code_cannot_publish_or_submit_it_either(page):
    revision = page.save_revision()
    with pytest.raises(Unconfirmed):
        revision.publish()
    with pytest.raises(Unconfirmed):
        page.get_workflow().start(page, UserFactory())
    assert (fresh(page).live, fresh(page).workflow_in_progress) == (False, False)
    confirm(page=page, found=unconfirmed(page), by=UserFactory())
    revision.publish()
    assert fresh(page).live


def test_what_is_scheduled_stays_back_and_stops_no_other_page(page, caplog):
    due = timezone.now() - datetime.timedelta(minutes=1)
    other = CoursePageFactory(live=False)
    for one in (page, other):
        revision = one.save_revision()
        revision.approved_go_live_at = due
        revision.save()
    assert publish_due(timezone.now()) == 1
    assert (fresh(page).live, fresh(other).live) == (False, True)
    assert "机密" in caplog.text


def test_words_that_come_to_light_after_the_submission_are_the_reviewers_to_answer(page):
    confirm(page=page, found=unconfirmed(page), by=UserFactory())
    page.save_revision()
    reviewer = UserFactory(superuser=True)
    state = page.get_workflow().start(page, UserFactory())
    state.current_task_state.approve(user=reviewer)
    SecrecyWords.objects.update_or_create(defaults={"words": "事项"})
    state.refresh_from_db()
    step = state.current_task_state.task.specific
    step.on_action(state.current_task_state, reviewer, "approve", comment="", cleared=True)
    assert fresh(page).live
    assert PageLogEntry.objects.filter(page=page.pk, action=ACTION).latest("timestamp").user == reviewer


def test_the_word_in_a_name_is_found():
    assert [secrecy.word_in(name) for name in ("机密文件.pdf", "讲义.pdf")] == ["机密", ""]
