"""Choosing a version of a statute for a quotation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from core.backoffice.viewsets import ScopedChooseResultsView, ScopedChooserViewSet, ScopedChooseView
from core.models import StatuteVersion


class VersionColumns:
    """Enough to tell the versions of one law apart."""

    def get_object_list(self) -> Any:
        return super().get_object_list().select_related("statute")  # type: ignore[misc]

    @property
    def columns(self) -> list[Column]:
        extra = [Column("in_force_from", label=_("In force from")), Column("study_by", label=_("Study by"))]
        return [*super().columns, *extra]  # type: ignore[misc]


class VersionChooseView(VersionColumns, ScopedChooseView):
    pass


class VersionChooseResultsView(VersionColumns, ScopedChooseResultsView):
    pass


class StatuteVersionChooserViewSet(ScopedChooserViewSet):
    model = StatuteVersion
    icon = "openquote"
    choose_one_text = _("Choose a version")
    choose_another_text = _("Choose another version")
    edit_item_text = _("Edit this statute")
    choose_view_class = VersionChooseView
    choose_results_view_class = VersionChooseResultsView


statute_version_chooser = StatuteVersionChooserViewSet("statute_version_chooser")
StatuteVersionChooser = statute_version_chooser.widget_class
