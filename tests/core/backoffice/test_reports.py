"""A report that forgot whom it is for does not load."""

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.test import RequestFactory

from core.backoffice.reports import GuardedReportView
from core.tables.formulas import plain_cell
from people.models import User
from tests.people.helpers import bureau, person_with


@pytest.mark.parametrize("attributes", [{}, {"model": User}, {"permission_required": "view"}])
def test_a_report_without_model_or_permission_is_refused_at_once(attributes):
    with pytest.raises(ImproperlyConfigured):
        type("Leak", (GuardedReportView,), attributes)


def test_a_base_class_may_leave_them_open():
    class Base(GuardedReportView, abstract=True):
        pass

    with pytest.raises(ImproperlyConfigured):

        class Leak(Base):
            pass


class PeopleReport(GuardedReportView):
    model = User
    permission_required = "view"
    list_select_related = ("wagtail_userprofile",)


def opened_by(user) -> PeopleReport:
    view = PeopleReport()
    request = RequestFactory().get("/")
    request.user = user
    view.setup(request)
    return view


@pytest.mark.django_db
def test_a_report_holds_the_rows_in_scope():
    town = bureau()
    clerk = person_with("clerk", unit=town.office)
    assert set(opened_by(clerk).get_base_queryset()) == {clerk, town.inside, town.below}


@pytest.mark.django_db
def test_a_report_is_closed_to_those_without_the_permission():
    town = bureau()
    view = opened_by(person_with("editor", unit=town.office))
    with pytest.raises(PermissionDenied):
        view.dispatch(view.request)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_cells_cannot_become_formulas(text):
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["曾小红", "", None, -5, 3.5])
def test_other_cells_stay_as_they_are(value):
    assert plain_cell(value) == value
