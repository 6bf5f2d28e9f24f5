"""编辑 → 股室负责人 → 保密审查 → 发布: the whole way through the admin's own forms, and who may not take which step."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, PageLogEntry, Workflow, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from courses.models import ChannelPage, CoursePage, SecrecyReview, SectionReview
from courses.services.channels import PREFIX
from courses.services.review import STOCK, WORKFLOW, build_workflow
from people.models import User
from people.services.roles import sync_roles
from tests.courses.backoffice.helpers import say
from tests.factories import ChannelPageFactory, CoursePageFactory, UnitFactory, home_page
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db


@dataclass
class House:
    channel: ChannelPage
    writer: User
    head: User
    other_head: User
    reviewer: User


@pytest.fixture
def house() -> House:
    home_page()
    sync_roles()
    build_workflow()
    section = UnitFactory(name="人民参与和促进法治股")
    channel = ChannelPageFactory(title="人民调解", slug="mediation", section=section)
    writer = person_with("channel_editor", name="唐小满")
    writer.groups.add(Group.objects.get(name=f"{PREFIX}人民调解"))
    return House(
        channel=channel,
        writer=writer,
        head=person_with("section_head", name="韩致远", unit=section),
        other_head=person_with("section_head", name="别股股长"),
        reviewer=person_with("reviewer", name="方文慧"),
    )


def course_data(**changes: Any) -> dict[str, Any]:
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": ""}
    fields = {
        "title": "调解协议书怎么写",
        "slug": "agreement",
        "code": "TJ-09",
        "category": "competence",
        "requirement": "elective",
        "mode": "onsite",
        "hours": "2",
        "summary": "协议书的要素和写法。",
        "objectives": "",
        "body": streamfield([("text", rich_text("<p>写清四件事。</p>"))]),
        "comments": empty,
        "readers": empty,
        "prerequisites": empty,
    }
    return nested_form_data(fields | changes)


def submit(client: Any, house: House, **changes: Any) -> CoursePage:
    client.force_login(house.writer)
    url = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", house.channel.pk])
    client.post(url, course_data(**{"action-submit": "1"} | changes))
    return CoursePage.objects.get(slug="agreement")


def act(client: Any, who: User, page: CoursePage, action: str, **data: Any) -> int:
    """Take the present step of the page; return the status of the answer."""
    client.force_login(who)
    state = page.current_workflow_task_state
    args = [page.pk, action, state.pk]
    return int(client.post(reverse("wagtailadmin_pages:workflow_action", args=args), data).status_code)


def fresh(page: CoursePage) -> CoursePage:
    return CoursePage.objects.get(pk=page.pk)


def test_the_workflow_is_made_once_and_the_stock_one_goes(house):
    assert build_workflow() == []
    assert list(Workflow.objects.values_list("name", flat=True)) == [WORKFLOW]
    assert not GroupApprovalTask.objects.filter(name=STOCK).exists()
    steps = [task.specific for task in Workflow.objects.get().tasks]
    assert [(type(step), [group.name for group in step.groups.all()]) for step in steps] == [
        (SectionReview, ["股室负责人"]),
        (SecrecyReview, ["保密审查员"]),
    ]
    assert CoursePageFactory(parent=house.channel).get_workflow().name == WORKFLOW


def test_the_command_sets_it_up(capsys):
    home_page()
    call_command("setup_workflow")
    call_command("setup_workflow")
    assert capsys.readouterr().out.splitlines() == [f"Made: {WORKFLOW}", "The review is set up already."]


def test_from_the_editor_to_the_public(client, house):
    page = submit(client, house)
    assert (page.live, page.current_workflow_task.name) == (False, "股室负责人审核")
    assert act(client, house.head, page, "approve", comment="内容可以") == 302
    assert fresh(page).current_workflow_task.name == "保密审查"
    assert act(client, house.reviewer, page, "approve", comment="", cleared="on") == 302
    page = fresh(page)
    assert (page.live, page.workflow_in_progress) == (True, False)
    assert client.get(page.url).context["page"] == page


def test_names_times_and_comments_stand_on_the_history(client, house):
    page = submit(client, house)
    act(client, house.head, page, "reject", comment="请补上第四件事")
    client.force_login(house.writer)
    shown = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert [word in shown for word in ("唐小满", "韩致远", "请补上第四件事", "股室负责人审核")] == [True] * 4
    assert [word for word in ("Changes requested", "rejected", "Submitted", "Approved") if word in shown] == []


def test_sent_back_it_is_submitted_again_and_begins_where_it_stopped(client, house):
    page = submit(client, house)
    act(client, house.head, page, "approve", comment="")
    act(client, house.reviewer, page, "reject", comment="删去当事人姓名")
    assert fresh(page).current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    client.force_login(house.writer)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "删去当事人姓名" in client.get(url).content.decode()
    client.post(url, course_data(summary="改好了。", **{"action-submit": "1"}))
    assert fresh(page).current_workflow_task.name == "保密审查"
    act(client, house.reviewer, page, "approve", comment="", cleared="on")
    assert fresh(page).summary == "改好了。"


@pytest.mark.parametrize("who", ["writer", "other_head", "reviewer"])
def test_only_the_head_of_the_section_takes_the_first_step(client, house, who):
    page = submit(client, house)
    assert act(client, getattr(house, who), page, "approve", comment="") in (302, 403)
    assert fresh(page).current_workflow_task.name == "股室负责人审核"


def test_a_channel_without_a_section_is_any_heads(client, house):
    ChannelPage.objects.update(section=None)
    page = submit(client, house)
    act(client, house.other_head, page, "approve", comment="")
    assert fresh(page).current_workflow_task.name == "保密审查"


def test_nobody_approves_his_own_page(client, house):
    house.writer.groups.add(*Group.objects.filter(name__in=("股室负责人", "保密审查员")))
    ChannelPage.objects.update(section=None)
    page = submit(client, house)
    assert act(client, house.writer, page, "approve", comment="") in (302, 403)
    assert fresh(page).current_workflow_task.name == "股室负责人审核"


def test_the_last_step_needs_the_reviewers_tick(client, house):
    page = submit(client, house)
    act(client, house.head, page, "approve", comment="")
    act(client, house.reviewer, page, "approve", comment="")
    assert not fresh(page).live
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with_json = {"action-workflow-action": "1", "workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
    client.post(url, course_data(**with_json))
    assert not fresh(page).live


def test_the_head_reads_and_corrects_what_waits_and_nothing_else(client, house):
    page, other = submit(client, house), CoursePageFactory(parent=house.channel)
    client.force_login(house.head)
    for name in ("edit", "history", "view_draft"):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 200, name
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[other.pk])).status_code in (302, 403), name
    client.force_login(house.other_head)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code in (302, 403)


@pytest.mark.parametrize("role", ["editor", "office", "channel_editor", "section_head"])
def test_who_writes_does_not_publish(client, house, role):
    person = house.writer if role == "channel_editor" else person_with(role)
    page = CoursePageFactory(parent=house.channel, slug="agreement", code="TJ-09", live=False)
    page.save_revision()
    client.force_login(person)
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), course_data(**{"action-publish": "1"}))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={page.pk}", {})
    assert not fresh(page).live


def test_the_reviewer_takes_down_at_once(client, house):
    page = CoursePageFactory(parent=house.channel)
    client.force_login(house.reviewer)
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not fresh(page).live


def test_a_day_of_publication_is_kept_for_the_end_of_the_review(client, house):
    later = timezone.localtime() + datetime.timedelta(days=1)
    page = submit(client, house, go_live_at=later.strftime("%Y-%m-%d %H:%M"))
    act(client, house.head, page, "approve", comment="")
    act(client, house.reviewer, page, "approve", comment="", cleared="on")
    page = fresh(page)
    assert (page.live, page.approved_schedule) == (False, True)
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.schedule").exists()


def report(client: Any, who: User, query: str = "") -> Any:
    client.logout()  # with the messages of whoever was there before
    client.force_login(who)
    return client.get(reverse("reviews:index") + query)


def test_the_report_says_what_waits_on_whom(client, house):
    submit(client, house)
    shown = report(client, house.writer).content.decode()
    expected = ("调解协议书怎么写", "人民调解", "股室负责人审核", "韩致远", "唐小满")
    assert [word for word in expected if word not in shown] == []
    assert "别股股长" not in shown
    rows = report(client, house.head, "?export=csv&waits=mine").getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[:4] for line in rows[1:]] == [["调解协议书怎么写", "人民调解", "股室负责人审核", "韩致远"]]


def test_the_report_is_narrowed(client, house):
    submit(client, house)
    step = SecrecyReview.objects.get().pk
    other = ChannelPageFactory().pk
    found = {query: "调解协议书怎么写" in report(client, house.head, query).content.decode()
             for query in ("?waits=mine", "?waits=returned", f"?step={step}", f"?channel={house.channel.pk}",
                           f"?channel={other}")}  # fmt: skip
    assert list(found.values()) == [True, False, False, True, False]


@pytest.mark.parametrize("who", ["other_head", "stranger"])
def test_the_report_does_not_name_pages_of_other_channels(client, house, who):
    submit(client, house)
    stranger = person_with("channel_editor")
    stranger.groups.add(Group.objects.get(name=PREFIX + ChannelPageFactory(title="公证").title))
    shown = report(client, stranger if who == "stranger" else house.other_head).content.decode()
    assert "调解协议书怎么写" not in shown


@pytest.mark.parametrize("role", ["clerk", "leader"])
def test_the_report_is_closed_to_those_outside_the_review(client, house, role):
    assert report(client, person_with(role)).status_code in (302, 403)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_report_takes_the_same_queries_for_one_and_three_pages(client, house, rows, django_assert_num_queries):
    for _ in range(rows):
        page = CoursePageFactory(parent=house.channel, live=False)
        page.save_revision()
        page.get_workflow().start(page, house.writer)
    report(client, house.head)
    with django_assert_num_queries(39):
        assert client.get(reverse("reviews:index")).content.decode().count("股室负责人审核") >= rows


def test_the_first_page_says_what_waits_for_whom(client, house):
    page = submit(client, house)
    client.force_login(house.head)
    assert f'href="/admin/pages/{page.pk}/edit/"' in client.get("/admin/").content.decode()
    client.logout()
    client.force_login(house.other_head)
    assert "调解协议书怎么写" not in client.get("/admin/").content.decode()
    act(client, house.head, page, "reject", comment="请补上第四件事")
    client.force_login(house.writer)
    shown = client.get("/admin/").content.decode()
    assert (say("Sent back for changes") in shown, "请补上第四件事" in shown) == (True, True)


def test_no_mail_goes_to_everybody_in_a_group(client, house, mailoutbox):
    User.objects.filter(pk=house.head.pk).update(email="head@example.cn")
    submit(client, house)
    assert mailoutbox == []
