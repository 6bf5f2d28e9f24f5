"""Choosing a person in a form."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column

from core.backoffice.viewsets import ScopedChooseResultsView, ScopedChooserViewSet, ScopedChooseView
from people.models import User
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
