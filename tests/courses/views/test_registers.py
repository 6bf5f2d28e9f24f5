"""What stands around a register: disagreements, news, closing, history, corrections, refused marks, walk-ins."""

import datetime
import uuid

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.db import guards
from courses.models import (
    AttendanceEvent,
    AttendanceRecord,
    ClassSession,
    Correction,
    Enrolment,
    RefusedMark,
    RegisterSeal,
)
from courses.services.attendance import close_register, mark
from courses.services.corrections import ask_correction, confirm_correction
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def colleague():
    return UserFactory(name="刘志远")


@pytest.fixture
def run(trainer, colleague):
    return CourseRunFactory(starts_at=timezone.now() - 115 * MINUTE, trainers=[trainer, colleague], capacity=60)


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def enrolment(run):
    return EnrolmentFactory(run=run, person=UserFactory(name="张三", work_number="DW0042"))


def where(name, *keys):
    return reverse(f"courses:{name}", args=keys)


def text_of(response):
    return response.content.decode()


# What a form had shown


def send_mark(client, session, enrolment, status, **more):
    form = {"enrolment": enrolment.pk, "status": status, "client_id": uuid.uuid4().hex, **more}
    return client.post(where("mark", session.pk), form)


def test_a_page_from_before_a_colleagues_mark_replaces_nothing(teaching, sign_in, colleague, session, enrolment):
    page = teaching.get(where("register", session.pk))
    assert page.context["rows"][0].basis == ""
    send_mark(sign_in(colleague), session, enrolment, "absent", basis="")
    send_mark(teaching, session, enrolment, "present", basis="")
    assert AttendanceRecord.objects.get().disputed is True


def test_a_page_that_showed_the_mark_replaces_it(teaching, colleague, session, enrolment):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent", "client_id": "a"}], by=colleague)
    shown = teaching.get(where("register", session.pk)).context["rows"][0].basis
    send_mark(teaching, session, enrolment, "present", basis=shown)
    assert (shown, AttendanceRecord.objects.get().disputed) == ("a", False)


# Disagreements


@pytest.fixture
def disputed(session, enrolment, trainer, colleague):
    for by, status, name in ((colleague, "absent", "a"), (trainer, "present", "b")):
        mark(session=session, marks=[{"enrolment": enrolment, "status": status, "client_id": name, "basis": []}], by=by)


def test_the_register_says_who_said_what(teaching, session, disputed):
    row = teaching.get(where("register", session.pk)).context["rows"][0]
    assert [(claim.name, claim.status) for claim in row.claims] == [("a", "absent"), ("b", "present")]
    assert row.claims[0].sentence.startswith("刘志远, ")


def test_a_button_decides(teaching, session, enrolment, disputed):
    response = teaching.post(where("decide", session.pk), {"enrolment": enrolment.pk, "right": "absent a"})
    record = AttendanceRecord.objects.get()
    assert (response.status_code, record.status, record.disputed) == (302, "absent", False)


@pytest.mark.parametrize("right", ["", "absent", "asleep a", "late nothing here"])
def test_nonsense_decides_nothing(teaching, session, enrolment, disputed, right):
    response = teaching.post(where("decide", session.pk), {"enrolment": enrolment.pk, "right": right})
    assert (response.status_code in (409, 422), AttendanceRecord.objects.get().disputed) == (True, True)


def test_nobody_of_another_class_is_decided_on(teaching, session, disputed):
    form = {"enrolment": EnrolmentFactory().pk, "right": "absent a"}
    assert teaching.post(where("decide", session.pk), form).status_code == 404


# News of colleagues


def test_news_are_the_rows_that_others_marked(teaching, trainer, colleague, run, session, enrolment):
    mine = EnrolmentFactory(run=run)
    last = teaching.get(where("register", session.pk)).context["last"]
    address = f"{where('register_news', session.pk)}?since={last}"
    assert teaching.get(address).status_code == 204
    mark(session=session, marks=[{"enrolment": mine, "status": "absent"}], by=trainer)
    assert teaching.get(address).status_code == 204
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=colleague)
    response = teaching.get(address)
    assert [row.row.enrolment for row in response.context["rows"]] == [enrolment]
    assert (f'id="person-{enrolment.pk}"' in text_of(response), "<html" in text_of(response)) == (True, False)


@pytest.mark.parametrize("since", ["", "x", "9" * 30])
def test_news_without_a_number_are_all(teaching, colleague, session, enrolment, since):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=colleague)
    assert teaching.get(f"{where('register_news', session.pk)}?since={since}").status_code == 200


# Search


@pytest.mark.parametrize("wanted", ["张三", "zs", "zhangs", "zhang san", "ZHANG", "0042"])
def test_search_finds_by_name_pinyin_initials_and_number(teaching, run, session, enrolment, wanted):
    EnrolmentFactory(run=run, person=UserFactory(name="周晓梅", work_number="DW0077"))
    rows = teaching.get(where("register", session.pk), {"q": wanted}).context["rows"]
    assert [row.row.enrolment for row in rows] == [enrolment]


def test_search_that_finds_nobody_says_so(teaching, session, enrolment):
    response = teaching.get(where("register", session.pk), {"q": "李"})
    assert (response.context["rows"], response.context["counters"][0].count) == ([], 1)


# Closing


def test_closing_leads_to_the_closed_register(teaching, session, enrolment, trainer):
    form = {"head_count": "0", "rest_absent": "on", "note": ""}
    response = teaching.post(where("close_register", session.pk), form, follow=True)
    seal = RegisterSeal.objects.get()
    assert (response.status_code, seal.by, seal.head_count) == (200, trainer, 0)
    assert f"/verify/{seal.public_id}/" in text_of(response)
    assert 'name="status"' not in text_of(response)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 409),
        ({"head_count": "3", "rest_absent": "on"}, 409),
        ({"head_count": "-1"}, 422),
        ({"note": "长" * 201}, 422),
    ],
)
def test_what_keeps_it_open_is_said_and_the_input_kept(teaching, session, enrolment, form, status):
    response = teaching.post(where("close_register", session.pk), form)
    assert (response.status_code, RegisterSeal.objects.count()) == (status, 0)
    assert response.context["close_form"].data.dict() == form
    assert response.context["message"]


def test_marking_a_closed_register_is_refused_in_words(teaching, session, enrolment, trainer):
    close_register(session=session, by=trainer, rest="absent")
    response = send_mark(teaching, session, enrolment, "present")
    assert (response.status_code, "This register is closed" in text_of(response)) == (409, True)
    assert AttendanceEvent.objects.count() == 1


def test_a_register_that_cannot_be_closed_yet_has_no_button(teaching, trainer):
    session = CourseRunFactory(running=True, trainers=[trainer]).sessions.get()
    assert teaching.get(where("register", session.pk)).context["can_close"] is False


# One person: history and correction


@pytest.fixture
def closed(session, enrolment, trainer):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent", "note": "未到"}], by=trainer)
    close_register(session=session, by=trainer)


def lines_of(response):
    return [line.sentence for line in response.context["lines"]]


def test_history_reads_as_sentences(teaching, session, enrolment, trainer, colleague):
    mark(session=session, marks=[{"enrolment": enrolment, "status": "absent"}], by=trainer)
    arrival = session.starts_at + 5 * MINUTE
    mark(session=session, marks=[{"enrolment": enrolment, "status": "late", "happened_at": arrival}], by=colleague)
    mark(session=session, marks=[{"enrolment": enrolment, "status": "cleared"}], by=colleague)
    assert lines_of(teaching.get(where("mark_history", session.pk, enrolment.pk))) == [
        "王建平 marked: Absent.",
        f"刘志远 marked: Late ({timezone.localtime(arrival):%H:%M}).",
        "刘志远 took the mark back.",
    ]


def test_a_correction_is_asked_for_and_both_names_stay(teaching, session, enrolment, trainer, office, closed):
    form = {"status": "late", "minutes": "7", "reason": "签到表上有签名"}
    response = teaching.post(where("mark_history", session.pk, enrolment.pk), form)
    correction = Correction.objects.get()
    assert (response.status_code, correction.status, correction.happened_at) == (
        302,
        "late",
        session.starts_at + 7 * MINUTE,
    )
    confirm_correction(correction=correction, by=office)
    late = f"Late ({timezone.localtime(correction.happened_at):%H:%M})"
    assert lines_of(teaching.get(where("mark_history", session.pk, enrolment.pk)))[-1] == (
        f"王建平 asked for a correction from “Absent” to “{late}”, 陈静 confirmed it."
    )


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"status": "late", "reason": "x"},
        {"status": "absent", "reason": "x"},
        {"status": "present"},
        {"status": "late", "minutes": "999", "reason": "x"},
    ],
)
def test_a_correction_that_says_too_little_is_not_asked_for(teaching, session, enrolment, closed, form):
    assert teaching.post(where("mark_history", session.pk, enrolment.pk), form).status_code == 422
    assert Correction.objects.count() == 0


def test_history_of_others_does_not_exist(teaching, sign_in, session, enrolment):
    assert teaching.get(where("mark_history", session.pk, EnrolmentFactory().pk)).status_code == 404
    assert sign_in(enrolment.person).get(where("mark_history", session.pk, enrolment.pk)).status_code == 404


# Deciding on corrections


@pytest.fixture
def asked(session, enrolment, trainer, closed):
    return ask_correction(session=session, enrolment=enrolment, status="present", reason="记错", by=trainer)


def test_the_office_confirms(sign_in, office, asked):
    client = sign_in(office)
    (one,) = client.get(where("corrections")).context["waiting"]
    assert (one["row"], one["may_decide"]) == (asked, True)
    client.post(where("decide_correction", asked.pk), {"action": "confirm"})
    assert (Correction.objects.get().state, AttendanceRecord.objects.get().status) == ("confirmed", "present")


def test_the_office_refuses_with_a_reason(sign_in, office, asked):
    client = sign_in(office)
    assert client.post(where("decide_correction", asked.pk), {"action": "refuse"}).status_code == 409
    client.post(where("decide_correction", asked.pk), {"action": "refuse", "answer": "无签名"})
    assert (Correction.objects.get().state, AttendanceRecord.objects.get().status) == ("refused", "absent")


def test_whoever_asked_sees_it_and_cannot_decide(teaching, asked):
    assert teaching.get(where("corrections")).context["waiting"][0]["may_decide"] is False
    assert teaching.post(where("decide_correction", asked.pk), {"action": "confirm"}).status_code == 409
    assert Correction.objects.get().state == "asked"


def test_corrections_of_others_do_not_exist(sign_in, reader, asked):
    other = UserFactory()
    CourseRunFactory(running=True, trainers=[other])
    assert sign_in(other).get(where("corrections")).context["waiting"] == []
    assert sign_in(other).post(where("decide_correction", asked.pk)).status_code == 404
    assert reader.get(where("corrections")).status_code == 404
    assert reader.post(where("decide_correction", asked.pk)).status_code == 404


# Marks that could not be kept


@pytest.fixture
def refused(session, enrolment, trainer):
    now = timezone.now()
    return RefusedMark.objects.create(
        session=session, enrolment=enrolment, client_id="x", status="present", code="register_closed",
        happened_at=now, recorded_at=now, by=trainer,
    )  # fmt: skip


def test_they_are_shown_until_somebody_has_seen_to_them(teaching, session, refused):
    ((row, sentence),) = teaching.get(where("register", session.pk)).context["refused"]
    assert (row, "张三" in sentence, "closed before" in sentence) == (refused, True, True)
    assert teaching.post(where("settle_refused", refused.pk)).status_code == 302
    assert teaching.get(where("register", session.pk)).context["refused"] == []


def test_those_of_others_do_not_exist(reader, refused):
    assert reader.post(where("settle_refused", refused.pk)).status_code == 404
    assert RefusedMark.objects.get().settled_at is None


# Whoever came without having signed up


def test_somebody_is_found_and_added(teaching, run, session):
    guest = UserFactory(name="孙丽", work_number="DW0099")
    found = teaching.get(where("walk_in", session.pk), {"q": "0099"}).context["people"]
    assert found == [guest]
    response = teaching.post(where("walk_in", session.pk), {"q": "0099", "person": guest.pk})
    enrolment = Enrolment.objects.get(person=guest)
    assert (response.headers["Location"], enrolment.way) == (
        f"{where('register', session.pk)}#person-{enrolment.pk}",
        "walk_in",
    )


def test_one_letter_lists_nobody_and_people_of_the_class_are_not_offered(teaching, session, enrolment):
    for wanted in ("", "张", "张三"):
        assert teaching.get(where("walk_in", session.pk), {"q": wanted}).context["people"] == []


def test_somebody_who_was_not_found_is_not_added(teaching, session):
    assert teaching.post(where("walk_in", session.pk), {"q": "孙丽", "person": UserFactory().pk}).status_code == 404


def test_a_full_class_says_so(teaching, run, session, enrolment):
    run.capacity = 1
    run.save()
    guest = UserFactory(name="孙丽")
    response = teaching.post(where("walk_in", session.pk), {"q": "孙丽", "person": guest.pk})
    assert (response.status_code, Enrolment.objects.filter(person=guest).count()) == (409, 0)


# The public page


def verdict_of(client, seal):
    return client.get(where("verify", seal.public_id))


def test_anybody_sees_that_nothing_changed_and_no_name(visitor, session, enrolment, closed):
    response = verdict_of(visitor, RegisterSeal.objects.get())
    text = text_of(response)
    assert (response.status_code, response.context["found"].sound, response.context["found"].changes) == (200, True, [])
    assert "Unchanged since closing" in text
    assert [
        name in text for name in ("张三", "王建平", "DW0042", enrolment.unit.short_name, session.run.course.title)
    ] == [False] * 5
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_corrections_are_listed_without_names(visitor, asked, office):
    confirm_correction(correction=asked, by=office)
    for seal in RegisterSeal.objects.all():
        response = verdict_of(visitor, seal)
        (change,) = response.context["found"].changes
        assert (change.was, change.status, response.context["found"].counted) == ("Absent", "Present", 1)
        assert [name in text_of(response) for name in ("张三", "王建平", "陈静", "记错")] == [False] * 4


def test_what_is_broken_is_said(visitor, closed):
    with guards.taken_off():
        QuerySet(AttendanceEvent).update(note="改过")
    response = verdict_of(visitor, RegisterSeal.objects.get())
    assert (response.context["found"].sound, "cannot be trusted" in text_of(response)) == (False, True)


def test_a_number_that_no_seal_has_does_not_exist(visitor):
    assert visitor.get(where("verify", uuid.uuid4())).status_code == 404


def test_nobody_asks_without_end(visitor, closed, monkeypatch):
    monkeypatch.setattr("courses.views.verify.BY_ADDRESS", type("Full", (), {"wait": staticmethod(lambda key: 7)}))
    response = verdict_of(visitor, RegisterSeal.objects.get())
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


# Everything around a register keeps its number of queries


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize(("name", "queries"), [("register", 14), ("corrections", 9)])
def test_pages_take_the_same_queries_for_any_number(
    sign_in, office, trainer, run, session, count, name, queries, django_assert_num_queries
):
    people = EnrolmentFactory.create_batch(count, run=run)
    mark(session=session, marks=[{"enrolment": row, "status": "absent"} for row in people], by=trainer)
    close_register(session=session, by=trainer)
    session = ClassSession.objects.get(pk=session.pk)
    for row in people:
        ask_correction(session=session, enrolment=row, status="present", reason="x", by=trainer)
    client = sign_in(office)
    address = where(name, *([session.pk] if name == "register" else []))
    client.get(address)  # what a process asks once
    with django_assert_num_queries(queries):
        client.get(address)
