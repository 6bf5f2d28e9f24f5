"""How long there is time to confirm, in words; and the box below a notice."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from home.models import NoticePage, NoticeReceipt
from home.presenters.notices import confirmation, deadline, is_late, my_section
from tests.factories import NoticePageFactory, UserFactory

DAY = datetime.date(2026, 11, 27)


@pytest.mark.django_db  # a page looks up its type
@pytest.mark.parametrize(
    ("left", "words", "late"),
    [(None, "", False), (2, "还有2天", False), (1, "还有1天", False), (0, "今天截止", False), (-1, "已逾期1天", True)],
)
def test_deadline(left: int | None, words: str, late: bool) -> None:
    by = None if left is None else DAY + datetime.timedelta(days=left)
    notice = NoticePage(confirm_by=by)
    assert (deadline(notice, DAY), is_late(notice, DAY)) == (words, late)


@pytest.mark.django_db
def test_the_box_stands_below_notices_that_ask_this_reader() -> None:
    notice, person = NoticePageFactory(asks=True), UserFactory()
    assert confirmation(NoticePageFactory(), person) is None
    assert confirmation(notice, UserFactory(unit=None)) is None
    assert confirmation(notice, AnonymousUser()).standing.asked is False  # type: ignore[union-attr]
    waiting = confirmation(notice, person)
    assert waiting is not None
    assert (waiting.standing.asked, waiting.standing.confirmed_at) == (True, None)
    NoticeReceipt.objects.create(notice=notice, person=person, round=1)
    assert confirmation(notice, person).standing.confirmed_at is not None  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_preview_of_a_new_notice_asks_nobody() -> None:
    box = confirmation(NoticePage(confirm_required=True, confirm_by=timezone.localdate()), UserFactory())
    assert box is None


@pytest.mark.django_db
def test_my_section_is_there_only_if_something_waits() -> None:
    person = UserFactory()
    assert my_section(person) is None
    assert my_section(AnonymousUser()) is None
    NoticePageFactory(title="请确认", asks=True)
    section = my_section(person)
    assert section is not None
    assert [row.notice.title for row in section.context["to_do"]] == ["请确认"]
    assert section.context["to_do"][0].reminded == ""
