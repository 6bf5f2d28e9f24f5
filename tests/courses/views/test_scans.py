"""Scanned sheets as evidence: kept beside a register, for those who keep it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import ModelLogEntry

from courses.models import AttendanceEvent, ClassSession, EvidenceFile
from courses.services import schedule
from courses.services.evidence import keep_scans
from tests.factories import CourseRunFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def session(trainer):
    return CourseRunFactory(trainers=[trainer], sessions=2).sessions.first()


def address(session):
    return reverse("courses:scans", args=[session.pk])


def pdf(name="签到表.pdf", body=PDF):
    return SimpleUploadedFile(name, body)


def picture(name="签到表.jpg"):
    held = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(held, "JPEG")
    return SimpleUploadedFile(name, held.getvalue())


def kept(media):
    return sorted(path.suffix for path in media.rglob("*.*"))


def test_pages_are_kept_listed_and_audited(teaching, trainer, session):
    answer = teaching.post(address(session), {"uploads": [pdf(), picture()]})

    assert answer.headers["Location"] == address(session)
    rows = list(EvidenceFile.objects.order_by("pk"))
    assert [(row.session, row.name, row.by) for row in rows] == [
        (session, "签到表.pdf", trainer), (session, "签到表.jpg", trainer),
    ]  # fmt: skip
    page = teaching.get(address(session)).text
    assert [page.count(f'<a href="{reverse("courses:evidence", args=[row.pk])}">{row.name}</a>') for row in rows] == [
        1, 1,
    ]  # fmt: skip
    entries = ModelLogEntry.objects.filter(action="courses.scan_kept", user=trainer).order_by("pk")
    assert [entry.data["digest"] for entry in entries] == [row.digest for row in rows]


@pytest.mark.parametrize("case", ["closed", "cancelled"])
def test_evidence_is_added_after_closing_and_changes_no_mark(teaching, trainer, session, case):
    if case == "closed":
        ClassSession.objects.filter(pk=session.pk).update(closed_at=timezone.now(), closed_by=trainer)
    else:
        schedule.cancel_session(session=session, reason="停电", by=trainer)

    assert teaching.post(address(session), {"uploads": pdf()}).status_code == 302
    assert (EvidenceFile.objects.count(), AttendanceEvent.objects.count()) == (1, 0)


def test_the_same_page_is_kept_once(teaching, session, media):
    teaching.post(address(session), {"uploads": pdf()})
    page = teaching.post(address(session), {"uploads": [pdf("又一份.pdf"), picture()]}, follow=True)

    assert list(EvidenceFile.objects.order_by("pk").values_list("name", flat=True)) == ["签到表.pdf", "签到表.jpg"]
    assert "1 file is kept." in page.text
    assert kept(media) == [".jpg", ".pdf"]
    assert "These files are kept already." in teaching.post(address(session), {"uploads": pdf()}, follow=True).text


@pytest.mark.parametrize(
    ("uploads", "words"),
    [
        ([], "Choose the file of the signed sheet."),
        ([pdf("a.docx")], "a.docx：Please upload a PDF file or a picture (JPG, PNG)."),
        ([pdf("a.jpg")], "a.jpg：This file cannot be read as what its name says."),
        ([pdf("a.pdf", b"")], "a.pdf：This file cannot be read as what its name says."),
        ([pdf(f"{i}.pdf") for i in range(11)], "Ten files at once at most."),
    ],
)
def test_one_wrong_file_keeps_all_out(teaching, session, media, uploads, words):
    given = [pdf("好.pdf"), *uploads] if uploads else []
    page = teaching.post(address(session), {"uploads": given})

    assert (page.status_code, page.text.count(words)) == (422, 1)
    assert (EvidenceFile.objects.count(), kept(media)) == (0, [])


def test_the_warning_of_secrets_stands_at_the_upload(teaching, session):
    assert teaching.get(address(session)).text.count('class="upload-warning"') == 1


def test_a_scan_is_for_those_who_keep_its_register(teaching, sign_in, visitor, office, learner, session):
    """It shows everybody's name: whoever kept the register once and does no longer has no business with it."""
    other = UserFactory()
    CourseRunFactory(trainers=[other])
    one = EnrolmentFactory(run=session.run)
    keep_scans(uploads=[pdf()], session=session, by=other)
    where = reverse("courses:evidence", args=[EvidenceFile.objects.get().pk])

    good = [client.get(where) for client in (teaching, sign_in(office))]
    assert [(answer.status_code, b"".join(answer)) for answer in good] == [(200, PDF)] * 2
    assert [answer.headers["Cache-Control"].count("no-store") for answer in good] == [1, 1]
    for person in (other, learner, one.person):
        client = sign_in(person)
        assert [client.get(place).status_code for place in (where, address(session))] == [404, 404]
        assert client.post(address(session), {"uploads": picture()}).status_code == 404
    assert visitor.get(where).headers["Location"] == f"{reverse('account_login')}?next={where}"
    assert EvidenceFile.objects.count() == 1


def test_the_register_leads_here(teaching, session):
    page = teaching.get(reverse("courses:register", args=[session.pk])).text
    assert f'href="{address(session)}"' in page


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_takes_the_same_queries_for_one_and_nine(sign_in, office, session, count, django_assert_num_queries):
    uploads = [pdf(f"{i}.pdf", PDF + bytes([i])) for i in range(count)]
    keep_scans(uploads=uploads, session=session, by=office)
    client = sign_in(office)
    with django_assert_num_queries(11):
        assert client.get(address(session)).status_code == 200
