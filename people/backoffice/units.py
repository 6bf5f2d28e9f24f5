"""Units and professions."""

from django.utils.translation import gettext_lazy as _

from core.backoffice.viewsets import ScopedModelViewSet
from people.models import Profession, Unit


class UnitViewSet(ScopedModelViewSet):
    """The unit tree. Every unit is visible to those who may see units; only people are scoped."""

    model = Unit
    icon = "group"
    menu_label = _("Units")
    form_fields = ["name", "short_name", "type", "parent", "position", "dissolved_on"]
    list_display = ["name", "short_name", "type", "parent", "position"]
    list_filter = ["type"]
    list_select_related = ("parent",)
    list_export = ["name", "short_name", "get_type_display", "parent", "dissolved_on"]
    export_headings = {"get_type_display": _("type")}
    search_fields = ["name", "short_name"]
    inspect_view_enabled = True
    inspect_view_fields = ["name", "short_name", "type", "parent", "dissolved_on"]


class ProfessionViewSet(ScopedModelViewSet):
    model = Profession
    icon = "tag"
    menu_label = _("Professions")
    form_fields = ["name", "name_en", "code", "position"]
    list_display = ["name", "name_en", "code", "position"]
    search_fields = ["name", "name_en"]
    inspect_view_enabled = True
    inspect_view_fields = ["name", "name_en", "code"]
