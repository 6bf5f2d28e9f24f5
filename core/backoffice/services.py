"""Saving through a service: one call, and a refusal becomes an error of the form that keeps what was typed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpResponseBase, HttpResponseRedirect
from wagtail.admin import messages

from core.errors import Refusal


class ServiceFormMixin:
    """For create, copy and edit views. Put it before Wagtail's view and write `save_through_service`.

    The service writes the audit entry, Wagtail's own action does not run. `refusal_fields` names the field to which a
    refusal with that code belongs; other refusals stand above the form.
    """

    refusal_fields: Mapping[str, str] = {}

    def save_through_service(self, form: Any) -> Model:
        """Call one service with the valid form and return the row."""
        raise NotImplementedError

    def save_instance(self) -> Model:
        return self.save_through_service(self.form)  # type: ignore[attr-defined]

    def form_valid(self, form: Any) -> HttpResponseBase:
        is_new = getattr(getattr(form, "instance", None), "pk", None) is None
        try:
            return super().form_valid(form)  # type: ignore[misc,no-any-return]
        except Refusal as refusal:
            if is_new and hasattr(form, "instance"):
                _forget_rolled_back(form.instance)
            return self.refused(form, refusal)

    def refused(self, form: Any, refusal: Refusal) -> HttpResponseBase:
        field = self.refusal_fields.get(refusal.code)
        form.add_error(field if field in form.fields else None, str(refusal.message))
        # Wagtail's form_invalid reads these two; only its own is_valid sets them.
        self.produced_error_code = refusal.code
        self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
        return self.form_invalid(form)  # type: ignore[attr-defined,no-any-return]


def _forget_rolled_back(instance: Model) -> None:
    """The row was inserted and taken back: the next attempt must insert it again."""
    instance.pk = None
    instance._state.adding = True  # noqa: SLF001 - Django's documented way to make a row new again


class ServiceDeleteMixin:
    """For delete views: one service call; a refusal is shown and nothing happens."""

    def delete_through_service(self, instance: Model) -> None:
        """Call one service that removes the row."""
        raise NotImplementedError

    def delete_action(self) -> None:
        self.delete_through_service(self.object)  # type: ignore[attr-defined]

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            return super().form_valid(form)  # type: ignore[misc,no-any-return]
        except Refusal as refusal:
            messages.error(self.request, str(refusal.message))  # type: ignore[attr-defined]
            return HttpResponseRedirect(self.get_success_url())  # type: ignore[attr-defined]
