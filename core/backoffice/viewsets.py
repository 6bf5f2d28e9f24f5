"""Bases for everything that our apps register with Wagtail's admin. Use these, never Wagtail's own viewsets."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser, history, usage
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from core.backoffice.scope import (
    READ,
    ProtectedDeleteMixin,
    ScopedListMixin,
    ScopedObjectMixin,
    require_row,
    visible_rows,
)


class ScopedIndexView(ScopedListMixin, generic.IndexView):
    pass


class ScopedEditView(ScopedObjectMixin, generic.EditView):
    row_actions = ("change",)


class ScopedDeleteView(ScopedObjectMixin, ProtectedDeleteMixin, generic.DeleteView):
    row_actions = ("delete",)


class ScopedInspectView(ScopedObjectMixin, generic.InspectView):
    """Says yes, no and nothing as people do. `field_labels` are for what the model does not name."""

    page_title = _("Details")
    field_labels: Mapping[str, str | Promise] = {}

    def get_field_label(self, field_name: str, field: Any) -> str:
        label = self.field_labels.get(field_name)
        return str(label) if label else super().get_field_label(field_name, field)

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "-" if value in (None, "") else value


class ScopedHistoryView(ScopedObjectMixin, history.HistoryView):
    """Readers see the history too, of the rows that they may see."""

    any_permission_required = list(READ)

    @cached_property
    def may_edit(self) -> bool:
        return self.user_has_permission_for_instance("change", self.object)

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if self.may_edit else None

    @cached_property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.may_edit else []


class ScopedUsageView(ScopedObjectMixin, usage.UsageView):
    pass


class ScopedCopyView(ScopedObjectMixin, generic.CopyView):
    pass


class ScopedReorderView(generic.ReorderView):
    """Moves a row in scope among the rows in scope."""

    def get_queryset(self) -> QuerySet[Any]:
        return visible_rows(self.model, self.request.user, ("change",)).order_by(self.sort_order_field)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_row(request.user, get_object_or_404(self.model, pk=unquote(str(kwargs["pk"]))), ("change",))
        return super().post(request, *args, **kwargs)


class ScopedModelViewSet(ModelViewSet):
    """A ModelViewSet whose every view shows, changes and exports only rows in scope of the model's policy.

    To add behaviour, subclass the view classes above, not Wagtail's.
    """

    index_view_class = ScopedIndexView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    inspect_view_class = ScopedInspectView
    history_view_class = ScopedHistoryView
    usage_view_class = ScopedUsageView
    copy_view_class = ScopedCopyView
    reorder_view_class = ScopedReorderView
    copy_view_enabled = False
    # The index would be written on every save, and its usage lists would show rows of other units.
    add_to_reference_index = False

    #: Joined or prefetched for the listing and its export, so that they take a constant number of queries.
    list_select_related: Sequence[str] = ()
    list_prefetch_related: Sequence[Any] = ()

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(
            list_select_related=self.list_select_related,
            list_prefetch_related=self.list_prefetch_related,
            **kwargs,
        )


class ScopedChoices:
    """The rows of a chooser: those in scope, and none for people without a permission on the model."""

    scope_actions: Sequence[str] = (*READ, "choose")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        policy = policy_registry.get_by_type(self.model_class)  # type: ignore[attr-defined]
        if not policy.user_has_any_permission(request.user, self.scope_actions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def rows(self) -> QuerySet[Any]:
        return visible_rows(self.model_class, self.request.user, self.scope_actions)  # type: ignore[attr-defined]

    def get_object_list(self) -> QuerySet[Any]:
        return self.rows()

    def get_object(self, pk: Any) -> Any:
        return self.rows().get(pk=pk)

    def get_objects(self, pks: Sequence[Any]) -> QuerySet[Any]:
        try:
            return self.rows().filter(pk__in=pks)
        except ValueError as fault:
            raise Http404 from fault


class ScopedChooseView(ScopedChoices, chooser.ChooseView):
    pass


class ScopedChooseResultsView(ScopedChoices, chooser.ChooseResultsView):
    pass


class ScopedChosenView(ScopedChoices, chooser.ChosenView):
    pass


class ScopedChosenMultipleView(ScopedChoices, chooser.ChosenMultipleView):
    pass


class ScopedChooserViewSet(ChooserViewSet):
    """A chooser that offers, and gives out, only rows in scope."""

    choose_view_class = ScopedChooseView
    choose_results_view_class = ScopedChooseResultsView
    chosen_view_class = ScopedChosenView
    chosen_multiple_view_class = ScopedChosenMultipleView
