"""Row scope for Wagtail's generic views, which by themselves check permissions per model only.

Every mixin asks the policy registered for the model (`wagtail.permissions.register_permission_policy`).
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.permissions import policy_registry

from core.tables.formulas import plain_cell

READ = ("add", "change", "delete", "view")


def visible_rows(model: type[Model], user: Any, actions: Sequence[str] = READ) -> QuerySet[Any]:
    """Return the rows of the model that the policy lets the person see."""
    return policy_registry.get_by_type(model).instances_user_has_any_permission_for(user, actions)


def require_row(user: Any, instance: Model, actions: Sequence[str] = READ) -> None:
    """Raise PermissionDenied unless the policy allows one of the actions on this very row."""
    if not policy_registry.get_by_type(type(instance)).user_has_any_permission_for_instance(user, actions, instance):
        raise PermissionDenied


class SafeExportMixin:
    """CSV cells that cannot become formulas, and a mark by which spreadsheet programs read Chinese as UTF-8."""

    FORMAT_CSV = "csv"

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        written = super().preprocess_field_value(field, value, export_format)  # type: ignore[misc]
        return plain_cell(written) if export_format == self.FORMAT_CSV else written

    def stream_csv(self, queryset: Any) -> Any:
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)  # type: ignore[misc]


class ScopedListMixin(SafeExportMixin):
    """A listing, its search, filters and export: only rows in scope, related rows joined.

    `list_select_related` and `list_prefetch_related` are for what the columns show.
    """

    list_select_related: Sequence[str] = ()
    list_prefetch_related: Sequence[Any] = ()

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = visible_rows(self.model, self.request.user, self.scope_actions)  # type: ignore[attr-defined]
        if self.queryset is not None:  # type: ignore[attr-defined]
            rows = self.queryset.filter(pk__in=rows.values("pk"))  # type: ignore[attr-defined]
        return rows.select_related(*self.list_select_related).prefetch_related(*self.list_prefetch_related)

    @property
    def scope_actions(self) -> Sequence[str]:
        if self.any_permission_required:  # type: ignore[attr-defined]
            return self.any_permission_required  # type: ignore[attr-defined,no-any-return]
        return (self.permission_required,) if self.permission_required else READ  # type: ignore[attr-defined]


class ScopedObjectMixin:
    """A view of one row: refuses a row out of scope before anything of it is shown or changed.

    `row_actions` are the actions of which the policy must allow one on the row.
    """

    row_actions: Sequence[str] = READ

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        instance = super().get_object(*args, **kwargs)  # type: ignore[misc]
        require_row(self.request.user, instance, self.row_actions)  # type: ignore[attr-defined]
        return instance


class ProtectedDeleteMixin:
    """Says so in place if other rows still need this one, instead of failing."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            return super().form_valid(form)  # type: ignore[misc,no-any-return]
        except ProtectedError:
            messages.error(self.request, _("This cannot be deleted: other records still refer to it."))  # type: ignore[attr-defined]
            return HttpResponseRedirect(self.get_success_url())  # type: ignore[attr-defined]
