"""Offers, warnings and engagements as the person sees them."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from courses.errors import ChangeRefused
from courses.models import BusyTime
from courses.services.busy import MOST, add_busy_time
from tests.factories import (
    CourseRunFactory,
    EnrolmentFactory,
    ProfessionFactory,
    RunQuotaFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def offered():
    return EnrolmentFactory(offered=True, run=CourseRunFactory(capacity=1))


def test_the_offer_stands_first_and_is_accepted_with_one_press(offered):
    client = client_of(offered.person)
    for address in ("/my/", f"/runs/{offered.run_id}/"):
        assert f'action="/enrolments/{offered.pk}/accept/"' in text(client, address)
    answer = client.post(f"/enrolments/{offered.pk}/accept/", {"once": "a"}, follow=True)
    offered.refresh_from_db()
    assert (offered.status, "名额已归您" in answer.content.decode()) == ("confirmed", True)


def test_an_offer_that_ended_says_so(offered):
    type(offered).objects.filter(pk=offered.pk).update(offer_expires_at=timezone.now() - HOUR)
    answer = client_of(offered.person).post(f"/enrolments/{offered.pk}/accept/")
    assert (answer.status_code, "已顺延给下一位" in answer.content.decode()) == (409, True)


def test_nobody_accepts_for_somebody_else(offered):
    assert client_of(UserFactory()).post(f"/enrolments/{offered.pk}/accept/").status_code == 404
    assert Client().post(f"/enrolments/{offered.pk}/accept/").status_code == 302
    assert client_of(offered.person).get(f"/enrolments/{offered.pk}/accept/").status_code == 405
    offered.refresh_from_db()
    assert offered.status == "offered"


def test_declining_an_offer_goes_by_the_same_page_as_withdrawing(offered):
    client = client_of(offered.person)
    assert "确定放弃" in text(client, f"/enrolments/{offered.pk}/withdraw/")
    client.post(f"/enrolments/{offered.pk}/withdraw/", {"reason": ""})
    offered.refresh_from_db()
    assert (offered.status, offered.is_late) == ("withdrawn", False)


def test_a_late_withdrawal_needs_a_reason_and_is_marked():
    held = EnrolmentFactory(run=CourseRunFactory(withdraw_until=timezone.now() - HOUR))
    client = client_of(held.person)
    address = f"/enrolments/{held.pk}/withdraw/"
    assert "记为逾期退出" in text(client, address)
    assert client.post(address, {"reason": " "}).status_code == 409
    client.post(address, {"reason": "临时出庭"})
    held.refresh_from_db()
    assert (held.status, held.is_late, held.events.last().reason) == ("withdrawn", True, "临时出庭")


def test_the_terms_of_a_class_stand_on_its_page():
    unit = UnitFactory()
    run = CourseRunFactory(
        capacity=9, minimum=5, withdraw_until=timezone.now() + HOUR, quota_until=timezone.now() + HOUR
    )
    run.first_professions.add(ProfessionFactory(name="公证员"))
    RunQuotaFactory(run=run, unit=unit, seats=3)
    found = text(client_of(UserFactory()), f"/runs/{run.pk}/")
    for words in ("退出截止", "3个名额", "公证员", "为下一位保留24小时", "最少开班人数"):
        assert words in found


def test_an_own_engagement_warns_and_hinders_nothing():
    person, run = UserFactory(), CourseRunFactory()
    add_busy_time(person=person, kind="court", starts_at=run.starts_at, ends_at=run.starts_at + HOUR, note="备忘")
    client = client_of(person)
    found = text(client, f"/runs/{run.pk}/")
    assert ("您登记了“开庭”" in found, "仍可报名" in found, "备忘" in found) == (True, True, False)
    assert "您登记了" not in text(client_of(UserFactory()), f"/runs/{run.pk}/")
    client.post(f"/runs/{run.pk}/enrol/", {"key": "k"})
    assert person.enrolments.get().status == "confirmed"


def test_engagements_are_entered_listed_and_removed():
    person, other = UserFactory(), UserFactory()
    client = client_of(person)
    day = timezone.localdate() + datetime.timedelta(days=1)
    form = {"kind": "duty", "day": day.isoformat(), "begins": "17:30", "ends": "20:00", "note": "值班室"}
    client.post("/my/busy/", form)
    client.post("/my/busy/", form)  # the same again is one
    mine = BusyTime.objects.get()
    assert ("值班室" in text(client, "/my/busy/"), "值班室" in text(client_of(other), "/my/busy/")) == (True, False)
    client_of(other).post(f"/my/busy/{mine.pk}/remove/")
    assert BusyTime.objects.count() == 1
    client.post(f"/my/busy/{mine.pk}/remove/")
    assert BusyTime.objects.count() == 0


def test_wrong_engagements_keep_what_was_typed():
    client = client_of(UserFactory())
    day = timezone.localdate()
    for changes in (
        {"ends": "17:00"},
        {"day": (day - datetime.timedelta(days=1)).isoformat()},
        {"kind": "x"},
        {"begins": "?"},
    ):
        form = {"kind": "duty", "day": day.isoformat(), "begins": "17:30", "ends": "20:00", "note": "值班室", **changes}
        answer = client.post("/my/busy/", form)
        assert (answer.status_code, "值班室" in answer.content.decode()) == (422, True)
    assert BusyTime.objects.count() == 0


def test_engagements_are_not_collected_without_end():
    person, start = UserFactory(), timezone.now() + HOUR
    BusyTime.objects.bulk_create(
        BusyTime(person=person, starts_at=start + HOUR * n, ends_at=start + HOUR * (n + 1)) for n in range(MOST)
    )
    with pytest.raises(ChangeRefused):
        add_busy_time(person=person, kind="duty", starts_at=start, ends_at=start + HOUR / 2)


def test_who_waits_reads_what_earlier_classes_say():
    run = CourseRunFactory(full=True, capacity=1)
    waiting = EnrolmentFactory(run=run, waitlisted=True)
    client = client_of(waiting.person)
    assert "暂时无法估计" in text(client, f"/runs/{run.pk}/")
    for _ in range(3):
        CourseRunFactory(concluded=True, capacity=10)
    assert "可能性较小" in text(client, f"/runs/{run.pk}/")
