"""The rooms of the demo site beside courses and classes."""

import datetime
import re

import pytest
from django.contrib.auth.models import AnonymousUser

from core.models import StatuteVersion
from courses.models import CoursePage, LessonPage
from home.demo import source
from home.models import LibraryPage, NoticePage, NoticeReceipt, NoticeReminder, TrainerPage
from home.selectors.confirmations import waiting_for
from home.selectors.library import collections_of, materials_in
from home.selectors.statutes import outdated_citations
from people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("anchor"), pytest.mark.xdist_group("demo_anchor")]
ANCHOR = datetime.date(2026, 11, 23)


def quoted() -> list[tuple[str, str, object]]:
    pages = [*CoursePage.objects.all(), *LessonPage.objects.all()]
    blocks = [block.value for page in pages for block in page.body if block.block_type == "statute"]
    return [(value["law"], value["version"], value["source"]) for value in blocks]


def test_every_quotation_hangs_on_the_register() -> None:
    assert len(quoted()) > 30
    assert [(law, version) for law, version, held in quoted() if held is None] == []


def test_the_register_holds_no_invented_future() -> None:
    assert StatuteVersion.objects.count() == len(source.rows("statutes"))
    assert StatuteVersion.objects.filter(in_force_from__gt=ANCHOR).count() == 0


def test_one_page_cites_an_old_version() -> None:
    admin = User.objects.get(username="admin")
    assert [row.statute for row in outdated_citations(admin, ANCHOR)] == [
        StatuteVersion.objects.get(label="2017年修正", statute__short_name="行政处罚法").statute_id
    ]


def test_the_learner_has_notices_to_confirm_and_was_reminded() -> None:
    learner = User.objects.get(username="learner")
    assert [row.notice.slug for row in waiting_for(learner)] == [
        "secrecy-class",
        "year-end-check",
        "constitution-class",
    ]
    assert NoticeReminder.objects.filter(person=learner).count() == 2


def test_some_have_confirmed_before_the_load_day_and_after_the_notice() -> None:
    receipts = NoticeReceipt.objects.select_related("notice")
    assert receipts.count() > 100
    assert all(one.notice.published_on <= one.confirmed_at.date() <= ANCHOR for one in receipts)
    assert {one.unit_id for one in receipts if one.unit_id is None} == set()


def test_attachments_and_professions_are_there() -> None:
    attached = NoticePage.objects.exclude(attachments=None)
    assert attached.count() == 4
    assert NoticePage.objects.exclude(professions=None).count() == 3


def test_profiles_are_public_and_one_is_a_guest() -> None:
    profiles = TrainerPage.objects.live()
    assert (profiles.count(), profiles.filter(person=None).count()) == (4, 1)


def test_the_library_opens_more_to_those_who_are_signed_in() -> None:
    shelves = collections_of(LibraryPage.objects.get())
    assert {one.name for one in shelves} == {"表格下载", "课程资料"}
    visitor = {one.title for one in materials_in(shelves, AnonymousUser())}
    learner = {one.title for one in materials_in(shelves, User.objects.get(username="learner"))}
    assert "培训请假单" in visitor
    assert "学时核对反馈表" not in visitor
    assert {"培训请假单", "学时核对反馈表", "单位集中学习登记表", "人民调解协议书自查表"} <= learner


def test_files_name_no_identity_numbers() -> None:
    text = str(source.text("library"))
    assert re.findall(r"\d{15,}", text) == []
