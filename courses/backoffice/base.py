"""What the screens of this app share: evidence that nobody edits, exports with headings, confirmed actions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django.views.generic.detail import SingleObjectMixin
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import ScopedObjectMixin
from core.backoffice.viewsets import ScopedModelViewSet
from core.errors import Refusal
from courses.backoffice.fields import DayInput
from people.models import User
from people.selectors.people import matching


class DayRange(DateRangePickerWidget):
    """From one day to another, with the browser's own pickers."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super(DateRangePickerWidget, self).__init__((DayInput(), DayInput()), attrs)


@dataclass(frozen=True)
class ExportColumn:
    """One column of a spreadsheet. `read` takes the row; moments come out in Shanghai time."""

    name: str
    heading: str | Promise
    read: Callable[[Any], Any]


def local(moment: datetime.datetime | None) -> datetime.datetime | str:
    """Return the moment as the office reads it; Wagtail's own export would write UTC."""
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else ""


class DeclaredExport:
    """A listing that exports what `export_columns` says."""

    export_columns: Sequence[ExportColumn] = ()

    @property
    def list_export(self) -> list[str]:
        return [column.name for column in self.export_columns]

    @property
    def export_headings(self) -> dict[str, str | Promise]:
        return {column.name: column.heading for column in self.export_columns}

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {column.name: column.read(item) for column in self.export_columns}


def stamp(moment: datetime.datetime | None) -> str:
    """A moment in a list: 2026-12-03 17:40, Shanghai time."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


class TitledList:
    """A listing whose first column, `title`, is what a row is called: the link to it, with its buttons."""

    title: dict[str, Any] = {}
    list_display: Sequence[Any] = ()

    def get_title_url(self, row: Any) -> str | None:
        return self.get_inspect_url(row)  # type: ignore[attr-defined,no-any-return]

    @cached_property
    def columns(self) -> list[Any]:
        column_class = self._get_title_column_class(TitleColumn)  # type: ignore[attr-defined]
        return [column_class(**self.title, get_url=self.get_title_url), *self.list_display]


class PersonSearch:
    """Search by whom the row is about, as people are found everywhere, besides the `search_fields`."""

    person_path = "person"

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        text = self.search_query  # type: ignore[attr-defined]
        if not text:
            return queryset
        wanted = Q(**{f"{self.person_path}__in": matching(User.objects.all(), text).values("pk")})
        for name in self.search_fields:  # type: ignore[attr-defined]
            wanted |= Q(**{f"{name}__icontains": text})
        return queryset.filter(wanted)


class KeptViewSet(ScopedModelViewSet):
    """Rows that services alone write: a listing and a look at one row, nothing to add, edit or delete by hand."""

    inspect_view_enabled = True
    form_fields: tuple[str, ...] = ()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = dict.fromkeys(
            ("add_url_name", "edit_url_name", "delete_url_name", "history_url_name", "usage_url_name")
        )
        return super().get_common_view_kwargs(**{**absent, **kwargs})

    def get_urlpatterns(self) -> list[Any]:
        kept = {"index", "index_results", "inspect"}
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in kept]

    def register_admin_url_finder(self) -> None:
        """There is no edit screen to be found."""


class ReasonForm(forms.Form):
    """Why. Whether a reason is needed is for the service to say."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200})
    )


class ConfirmActionView(ScopedObjectMixin, SingleObjectMixin, WagtailAdminTemplateMixin, FormView):
    """Ask once, then make one service call; a refusal stands on the same screen with what was typed.

    `permission` is asked besides the policy of the row. Write `act`, which calls the service, and `get_success_url`.
    """

    template_name = "courses/backoffice/confirm.html"
    form_class: type[forms.Form] = forms.Form
    permission = ""
    question: str | Promise = ""
    explanation: str | Promise = ""
    button: str | Promise = ""
    done: str | Promise = ""
    is_serious = False
    row_actions: Sequence[str] = ("view", "change")
    object: Any

    def act(self, form: forms.Form) -> None:
        """Call one service."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_allowed(request.user):
            raise PermissionDenied
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def is_allowed(cls, user: Any) -> bool:
        """Whether the step is open to the person at all; the row is asked for afterwards."""
        return bool(user.has_perm(cls.permission))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.act(form)
        except Refusal as refusal:
            form.add_error("reason" if "reason" in form.fields else None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, self.done % {"row": self.object})
        return HttpResponseRedirect(self.get_success_url())

    @property
    def actor(self) -> User:
        """Who does it; the admin lets nobody in who is not signed in."""
        return cast("User", self.request.user)

    def get_page_title(self) -> str:
        return str(self.question)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        row = {"url": self.get_success_url(), "label": str(self.object)}
        return [*self.breadcrumbs_items, row, {"url": "", "label": self.get_page_title()}]
