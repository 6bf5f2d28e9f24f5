"""Leave on the site: the form with its file, the desk of those who decide, the file for those who have to see it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.enums import LeaveStatus
from courses.models import EvidenceFile, LeaveRequest
from courses.services.leave import ask
from people.services.roles import sync_roles
from tests.factories import CourseRunFactory, EnrolmentFactory, UnitFactory, UserFactory
from tests.people.helpers import person_with

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sync_roles()


@pytest.fixture
def run():
    return CourseRunFactory(sessions=2)


@pytest.fixture
def session(run):
    return run.sessions.first()


@pytest.fixture
def enrolled(run, learner):
    return EnrolmentFactory(run=run, person=learner)


@pytest.fixture
def head(learner):
    return person_with("unit_head", unit=learner.unit)


def form(**changes):
    return {"kind": "sick", "reason": "门诊复查", **changes}


def upload():
    return SimpleUploadedFile("病假条.pdf", PDF)


def ask_address(session):
    return reverse("courses:leave_ask", args=[session.pk])


def test_the_form_says_what_is_missed_before_anything_is_sent(reader, session, enrolled):
    page = reader.get(ask_address(session))
    assert "With this leave, 120 minutes (50 %) are missed; the limit is a seventh, 34 minutes." in page.text
    assert "Nothing happens by itself." in page.text
    assert LeaveRequest.objects.count() == 0


def test_asking_with_a_file_and_taking_it_back(reader, session, enrolled):
    assert reader.post(ask_address(session), form(upload=upload())).headers["Location"] == "/my/leave/"
    row = LeaveRequest.objects.get()
    assert (row.kind, row.reason, row.evidence.name, row.status) == ("sick", "门诊复查", "病假条.pdf", "asked")
    assert "门诊复查" in reader.get("/my/leave/").text
    reader.post(reverse("courses:leave_withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == LeaveStatus.WITHDRAWN


@pytest.mark.parametrize("changes", [{"kind": ""}, {"reason": ""}, {"upload": SimpleUploadedFile("a.pdf", b"text")}])
def test_what_is_wrong_stands_in_the_form(reader, session, enrolled, changes):
    page = reader.post(ask_address(session), form(**changes))
    assert (page.status_code, LeaveRequest.objects.count()) == (422, 0)
    assert page.text.count('class="field__error"') == 1


def test_a_second_request_is_refused_in_words(reader, session, enrolled):
    reader.post(ask_address(session), form())
    page = reader.post(ask_address(session), form(reason="再次申请"))
    assert page.status_code == 409
    assert "already" in page.text
    assert "再次申请" in page.text


def test_the_class_of_others_has_no_form(reader, session):
    assert reader.get(ask_address(session)).status_code == 404
    assert reader.post(ask_address(session), form()).status_code == 404


def test_the_desk_shows_only_what_is_ones_own_to_decide(sign_in, session, run, enrolled, head):
    ask(person=enrolled.person, session=session, kind="sick", reason="门诊复查")
    other = EnrolmentFactory(run=run).person
    person_with("unit_head", unit=other.unit)
    ask(person=other, session=session, kind="private", reason="别家之事")
    page = sign_in(head).get("/my/leave/desk/").text
    assert ("门诊复查" in page, "别家之事" in page) == (True, False)
    assert "1 request waits for your decision" in sign_in(head).get("/my/leave/").text


@pytest.mark.parametrize(("decision", "status"), [("granted", "granted"), ("refused", "refused")])
def test_deciding(sign_in, session, enrolled, head, decision, status):
    row = ask(person=enrolled.person, session=session, kind="sick", reason="门诊复查")
    address = reverse("courses:leave_decide", args=[row.pk])
    response = sign_in(head).post(address, {"decision": decision, "answer": "已阅"})
    assert response.headers["Location"] == "/my/leave/desk/"
    row.refresh_from_db()
    assert (row.status, row.decided_by, row.answer) == (status, head, "已阅")


def test_a_refusal_needs_a_reason_and_keeps_the_page(sign_in, session, enrolled, head):
    row = ask(person=enrolled.person, session=session, kind="sick", reason="门诊复查")
    page = sign_in(head).post(reverse("courses:leave_decide", args=[row.pk]), {"decision": "refused", "answer": ""})
    assert page.status_code == 409
    assert re.search(r'field__error" role="alert">Please give a reason', page.text)


def test_nobody_else_can_decide(sign_in, reader, office, session, enrolled, head):
    row = ask(person=enrolled.person, session=session, kind="sick", reason="门诊复查")
    address = reverse("courses:leave_decide", args=[row.pk])
    people = [reader, sign_in(office), sign_in(UserFactory(unit=enrolled.person.unit))]
    assert [one.post(address, {"decision": "granted"}).status_code for one in people] == [404, 404, 404]
    row.refresh_from_db()
    assert row.status == LeaveStatus.ASKED


def test_the_file_is_for_the_person_the_office_and_whoever_decides(
    visitor, reader, sign_in, office, run, session, enrolled, head
):
    ask(person=enrolled.person, session=session, kind="sick", reason="门诊复查", upload=upload())
    address = reverse("courses:evidence", args=[EvidenceFile.objects.get().pk])
    mate = EnrolmentFactory(run=run, person=UserFactory(unit=enrolled.person.unit)).person
    stranger = person_with("unit_head", unit=UnitFactory())
    good = [client.get(address) for client in (reader, sign_in(head), sign_in(office))]
    assert [(one.status_code, b"".join(one)) for one in good] == [(200, PDF)] * 3
    assert "no-store" in good[0].headers["Cache-Control"]
    assert [client.get(address).status_code for client in (visitor, sign_in(mate), sign_in(stranger))] == [
        302,
        404,
        404,
    ]
