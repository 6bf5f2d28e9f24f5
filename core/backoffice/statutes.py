"""The register of statutes: choosing a version for a quotation, keeping laws and their versions."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column

from core.backoffice.viewsets import (
    ScopedChooseResultsView,
    ScopedChooserViewSet,
    ScopedChooseView,
    ScopedIndexView,
    ScopedModelViewSet,
)
from core.models import Statute, StatuteVersion
from core.references import references_from_pages


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


class StatuteForm(WagtailAdminModelForm):
    """A law with its versions. A version that pages cite stays: the page would lose what it quotes."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        given = self.formsets["versions"]
        if given.is_valid():
            for version in _cited(form.instance for form in given.deleted_forms):
                message = _("Pages cite the version “%(version)s”; it cannot be removed.")
                self.add_error(None, ValidationError(message, params={"version": version.label}))
        return cleaned


def _cited(versions: Any) -> list[StatuteVersion]:
    removed = {str(version.pk): version for version in versions if version.pk}
    if not removed:
        return []
    cited = references_from_pages(StatuteVersion).filter(to_object_id__in=removed)
    return [removed[pk] for pk in sorted(set(cited.values_list("to_object_id", flat=True)))]


class Versions:
    """The version in force today and the next one, from the prefetched versions of a statute."""

    def __init__(self, statute: Statute) -> None:
        today = timezone.localdate()
        versions = sorted(statute.versions.all(), key=lambda version: version.in_force_from)
        self.current = next((one for one in reversed(versions) if one.in_force_from <= today), None)
        self.coming = next((one for one in versions if one.in_force_from > today), None)


def _said(version: StatuteVersion | None) -> str:
    return f"{version.label}（{version.in_force_from}）" if version else "—"


class StatuteIndexView(ScopedIndexView):
    """Laws by name with what holds now and what comes."""

    def to_row_dict(self, item: Statute) -> dict[str, Any]:
        versions = Versions(item)
        words = {"current": _said(versions.current), "coming": _said(versions.coming)}
        return {"name": item.name, "short_name": item.short_name, **words}


class StatuteViewSet(ScopedModelViewSet):
    """Whoever may change a law may enter its versions: they are one form."""

    model = Statute
    icon = "openquote"
    menu_label = _("Register of statutes")
    menu_name = "statutes"
    menu_order = 310
    add_to_admin_menu = True
    index_view_class = StatuteIndexView
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("short_name")]),
            InlinePanel(
                "versions",
                heading=_("Versions"),
                label=_("Version"),
                min_num=1,
                panels=[
                    FieldRowPanel([FieldPanel("label"), FieldPanel("in_force_from"), FieldPanel("study_by")]),
                    FieldPanel("changes"),
                ],
            ),
        ],
        base_form_class=StatuteForm,
    )
    list_display = (
        "name",
        Column("current", label=_("Version in force"), accessor=lambda row: _said(Versions(row).current)),
        Column("coming", label=_("Coming version"), accessor=lambda row: _said(Versions(row).coming)),
    )
    list_prefetch_related = ("versions",)
    list_export = ("name", "short_name", "current", "coming")
    export_headings: Mapping[str, Any] = {"current": _("Version in force"), "coming": _("Coming version")}
    export_filename = "statutes"
    search_fields = ("name", "short_name")
    search_backend_name = None
    ordering = ("name",)


statute_viewset = StatuteViewSet("statutes")
