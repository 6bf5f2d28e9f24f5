"""The form of a notice: when a new round of confirming begins."""

from typing import Any

import pytest

from home.models import NoticePage, NoticeReceipt
from tests.factories import NoticePageFactory, UserFactory

pytestmark = pytest.mark.django_db


def saved(notice: NoticePage, *, again: bool) -> int:
    form = NoticePage.get_edit_handler().get_form_class()(instance=notice, for_user=UserFactory(superuser=True))
    form.cleaned_data, form.formsets = {"ask_again": again}, {}  # rows below the page are not the matter here
    form.save(commit=False)
    return notice.confirm_round


def test_without_the_tick_the_round_stays() -> None:
    assert saved(NoticePageFactory(asks=True), again=False) == 1


def test_the_tick_begins_a_new_round_however_often_the_draft_is_saved() -> None:
    notice = NoticePageFactory(asks=True)
    assert [saved(notice, again=True) for _ in range(3)] == [2, 2, 2]
    assert saved(notice, again=False) == 1


def test_a_notice_that_was_taken_down_goes_on_from_its_last_answers() -> None:
    notice = NoticePageFactory(asks=True, live=False, confirm_round=4)
    NoticeReceipt.objects.create(notice=notice, person=UserFactory(), round=2)
    assert saved(notice, again=False) == 2
    assert saved(notice, again=True) == 3


@pytest.mark.parametrize(("round_", "ticked"), [(1, False), (2, True)])
def test_a_draft_with_a_new_round_shows_the_tick(round_: int, ticked: bool) -> None:
    notice: Any = NoticePageFactory(asks=True)
    notice.confirm_round = round_
    form = NoticePage.get_edit_handler().get_form_class()(instance=notice, for_user=UserFactory(superuser=True))
    assert form.initial["ask_again"] is ticked
