"""Evidence can be added to, and nothing else."""

import pytest
from django.db.models import ProtectedError

from core.db.append_only import AppendOnlyError
from courses.models import EnrolmentEvent
from tests.factories import EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> EnrolmentEvent:
    return EnrolmentFactory().events.get()


def test_row_can_be_neither_changed_nor_deleted(event: EnrolmentEvent) -> None:
    event.reason = "later thought"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()
    assert EnrolmentEvent.objects.get().reason == ""


def test_set_of_rows_can_be_neither_changed_nor_deleted(event: EnrolmentEvent) -> None:
    with pytest.raises(AppendOnlyError):
        EnrolmentEvent.objects.update(reason="later thought")
    with pytest.raises(AppendOnlyError):
        EnrolmentEvent.objects.all().delete()
    assert list(EnrolmentEvent.objects.all()) == [event]


def test_what_evidence_is_about_stays(event: EnrolmentEvent) -> None:
    with pytest.raises(ProtectedError):
        event.enrolment.delete()
