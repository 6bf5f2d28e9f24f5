"""Choosing a person or a unit in a form."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.permissions import page_permission_policy

from core.backoffice.viewsets import (
    ScopedChoices,
    ScopedChooseResultsView,
    ScopedChooserViewSet,
    ScopedChooseView,
    ScopedChosenView,
)
from people.models import Unit, User
from people.selectors.people import matching


class PersonFilterForm(BaseFilterForm):
    """Searches as the list of people does."""

    q = forms.CharField(label=_("Search term"), widget=forms.TextInput, required=False)

    def filter(self, objects: QuerySet[User]) -> QuerySet[User]:
        self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(self.search_query)
        return matching(objects, self.search_query) if self.is_searching else objects


class PersonColumns:
    """Enough to tell namesakes apart."""

    filter_form_class = PersonFilterForm
    ordering = ("pinyin", "username")

    def get_object_list(self) -> QuerySet[User]:
        return super().get_object_list().filter(is_active=True).with_unit()  # type: ignore[misc,no-any-return]

    @property
    def columns(self) -> list[Column]:
        extra = [Column("work_number", label=_("Work number")), Column("unit", label=_("Unit"))]
        return [*super().columns, *extra]  # type: ignore[misc]


class PersonChooseView(PersonColumns, ScopedChooseView):
    pass


class PersonChooseResultsView(PersonColumns, ScopedChooseResultsView):
    pass


class PersonChooserViewSet(ScopedChooserViewSet):
    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    edit_item_text = _("Edit this person")
    register_widget = False  # forms that want it name `widget_class`; Wagtail's own user fields stay as they are
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView


person_chooser = PersonChooserViewSet("person_chooser")
PersonChooser = person_chooser.widget_class


# The circles of readers of a page: whoever writes pages names any unit and any person, whatever else he may see.


ONLY_CHOOSING = {"choose", "choose_results", "chosen"}  # nobody is made here, and nothing is chosen by the dozen


class WritersOnly:
    """Open to whoever writes or corrects pages; the rows are not scoped, because readers may come from anywhere."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not page_permission_policy.user_has_any_permission(request.user, ["add", "change", "publish"]):
            raise PermissionDenied
        return super(ScopedChoices, self).dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


class ReaderFilterForm(PersonFilterForm):
    """Nobody is listed before a name was typed: this is no list of staff."""

    def filter(self, objects: QuerySet[User]) -> QuerySet[User]:
        found = super().filter(objects)
        return found if self.is_searching else found.none()


class ReaderRows(WritersOnly):
    """Active people with name and unit, nothing else."""

    filter_form_class = ReaderFilterForm
    ordering = ("pinyin", "username")

    def rows(self) -> QuerySet[User]:
        return User.objects.filter(is_active=True).with_unit()

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("unit", label=_("Unit"))]  # type: ignore[misc]


class ReaderChooseView(ReaderRows, ScopedChooseView):
    pass


class ReaderChooseResultsView(ReaderRows, ScopedChooseResultsView):
    pass


class ReaderChosenView(ReaderRows, ScopedChosenView):
    pass


class ReaderChooserViewSet(ScopedChooserViewSet):
    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    edit_item_text = _("Edit this person")
    register_widget = False
    choose_view_class = ReaderChooseView
    choose_results_view_class = ReaderChooseResultsView
    chosen_view_class = ReaderChosenView

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in ONLY_CHOOSING]


class UnitFilterForm(BaseFilterForm):
    """Finds a unit by its full or its short name."""

    q = forms.CharField(label=_("Search term"), widget=forms.TextInput, required=False)

    def filter(self, objects: QuerySet[Unit]) -> QuerySet[Unit]:
        text = self.search_query = self.cleaned_data.get("q")
        self.is_searching = bool(text)
        return objects.filter(Q(name__icontains=text) | Q(short_name__icontains=text)) if text else objects


class UnitRows(WritersOnly):
    """The units that exist today."""

    filter_form_class = UnitFilterForm
    ordering = ("position", "name")

    def rows(self) -> QuerySet[Unit]:
        return Unit.objects.filter(dissolved_on=None).select_related("parent")

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, Column("parent", label=_("part of"))]  # type: ignore[misc]


class UnitChooseView(UnitRows, ScopedChooseView):
    pass


class UnitChooseResultsView(UnitRows, ScopedChooseResultsView):
    pass


class UnitChosenView(UnitRows, ScopedChosenView):
    pass


class UnitChooserViewSet(ScopedChooserViewSet):
    model = Unit
    icon = "group"
    choose_one_text = _("Choose a unit")
    choose_another_text = _("Choose another unit")
    edit_item_text = _("Edit this unit")
    register_widget = False
    choose_view_class = UnitChooseView
    choose_results_view_class = UnitChooseResultsView
    chosen_view_class = UnitChosenView

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in ONLY_CHOOSING]


reader_chooser = ReaderChooserViewSet("reader_chooser")
unit_chooser = UnitChooserViewSet("unit_chooser")
CIRCLE_CHOOSERS = {"unit": unit_chooser.widget_class, "person": reader_chooser.widget_class}
