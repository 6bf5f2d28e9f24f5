"""导入: upload a table, look at every row, choose, confirm, undo."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.errors import Refusal
from people.backoffice import import_files
from people.enums import ImportStatus, RowResult
from people.forms.imports import TableForm
from people.models import ImportBatch, ImportRow, User
from people.presenters.imports import WORDS, row_views
from people.selectors.imports import imports_open_to, meant_in
from people.services.imports import deciding, intake
from people.services.imports.kinds import ImportKind, all_kinds, kind_of

ROWS_ON_A_PAGE = 50
RECENT = 10


class ImportAccess:
    """Every address of a kind: for those who hold its permissions; other kinds, and other people's imports, do not
    exist.
    """

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perms(self.kind.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    @cached_property
    def kind(self) -> ImportKind:
        if "pk" in self.kwargs:
            return kind_of(get_object_or_404(ImportBatch.objects.only("kind"), pk=self.kwargs["pk"]).kind)
        kind = all_kinds().get(self.kwargs["kind"])
        if kind is None or kind.needs_context:
            raise Http404
        return kind

    @property
    def actor(self) -> User:
        return cast("User", self.request.user)

    @cached_property
    def batch(self) -> ImportBatch:
        return get_object_or_404(imports_open_to(self.actor, self.kind.code), pk=self.kwargs["pk"])


def batch_url(batch: ImportBatch) -> str:
    return reverse("people_imports:batch", args=[batch.pk])


class StartView(ImportAccess, WagtailAdminTemplateMixin, FormView):
    """Take a table; below it the imports of late."""

    form_class = TableForm
    template_name = "people/imports/start.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        return str(self.kind.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def form_valid(self, form: TableForm) -> HttpResponse:
        try:
            batch = intake.receive(kind=self.kind, upload=form.cleaned_data["file"], by=self.actor)
        except ValidationError as fault:
            form.add_error("file", fault)
            return self.form_invalid(form)
        return HttpResponseRedirect(batch_url(batch))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "kind": self.kind,
            "recent": imports_open_to(self.actor, self.kind.code)[:RECENT],
        }


class TemplateFileView(ImportAccess, View):
    """The workbook to fill in."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return import_files.template(self.kind, self.actor)


class BatchView(ImportAccess, WagtailAdminTemplateMixin, TemplateView):
    """One import: what would happen, or has happened, to each row."""

    template_name = "people/imports/batch.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        return str(self.kind.title)

    def get_page_subtitle(self) -> str:
        return self.batch.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        start = {"url": self.kind.start_url(self.batch.context), "label": self.get_page_title()}
        return [*self.breadcrumbs_items, start, {"url": "", "label": self.get_page_subtitle()}]

    @cached_property
    def rows(self) -> Page[ImportRow]:
        return Paginator(narrowed(self.batch, self.request.GET.get("result", "")), ROWS_ON_A_PAGE).get_page(
            self.request.GET.get("p")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch, rows = self.batch, list(self.rows.object_list)
        return super().get_context_data(**kwargs) | {
            "batch": batch,
            "status": ImportStatus(batch.status).name,
            "status_words": batch.get_status_display(),
            "rows": row_views(rows, meant_in(rows) if batch.status == ImportStatus.READY else {}, self.kind.makes_rows),
            "page": self.rows,
            "start_url": self.kind.start_url(batch.context),
            "result_url": self.kind.result_url(batch.context) if batch.can_be_undone else "",
            "result": self.request.GET.get("result", ""),
            "filters": [(one.value, WORDS[one], batch.counts[one]) for one in RowResult if one in batch.counts],
            "waiting": batch.counts.get(RowResult.ASK, 0),
            "left_out": batch.counts.get(RowResult.REFUSED, 0) + batch.counts.get(RowResult.SKIPPED, 0),
        }


def narrowed(batch: ImportBatch, result: str) -> Any:
    rows = batch.rows.order_by("number")
    return rows.filter(result=result) if result in RowResult.values else rows


class RowsFileView(ImportAccess, View):
    """The rows as a workbook or a CSV file, narrowed as on the screen."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = narrowed(self.batch, request.GET.get("result", ""))
        return import_files.rows_file(self.kind, rows, kwargs["ending"])


class BatchAction(ImportAccess, View):
    """One button: one service call, then back to the import."""

    http_method_names = ["post"]

    def act(self) -> str:
        """Call one service; return what was done in one sentence, or nothing."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch
        try:
            if done := self.act():
                messages.success(request, done)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(self.next_url(batch))

    def next_url(self, batch: ImportBatch) -> str:
        return batch_url(batch)


class ChooseView(BatchAction):
    """Who is meant, row by row; back to the same part of the list."""

    def act(self) -> str:
        prefix = "row-"
        given = {name[len(prefix) :]: value for name, value in self.request.POST.items() if name.startswith(prefix)}
        choices = {int(number): str(value) for number, value in given.items() if number.isdecimal()}
        left = deciding.choose(batch=self.batch, choices=choices, by=self.actor)
        return "" if left else _("Everything is chosen. Please look at the rows, then confirm.")


class ConfirmView(BatchAction):
    def act(self) -> str:
        batch = deciding.confirm(batch=self.batch, by=self.actor)
        return _("The table has been imported.") if batch.status == ImportStatus.DONE else ""


class CancelView(BatchAction):
    def act(self) -> str:
        intake.cancel(batch=self.batch, by=self.actor)
        return _("The import has been cancelled. Nothing was changed.")


class UndoView(BatchAction):
    def act(self) -> str:
        deciding.undo(batch=self.batch, by=self.actor)
        return _("The import has been undone.")


class ImportMenuItem(MenuItem):
    """Shown to those who may import that kind of table."""

    def __init__(self, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(kind.title, reverse("people_imports:start", args=[kind.code]), **kwargs)
        self.kind = kind

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perms(self.kind.permissions)


def menu_items() -> list[MenuItem]:
    kinds = [all_kinds()[code] for code in ("people", "units")]
    return [
        ImportMenuItem(kind, icon_name="upload", order=40 + number, name=f"import-{kind.code}")
        for number, kind in enumerate(kinds)
    ]


urlpatterns = [
    path("imports/<slug:kind>/", StartView.as_view(), name="start"),
    path("imports/<slug:kind>/template.xlsx", TemplateFileView.as_view(), name="template"),
    path("import/<int:pk>/", BatchView.as_view(), name="batch"),
    path("import/<int:pk>/rows.xlsx", RowsFileView.as_view(), {"ending": "xlsx"}, name="rows"),
    path("import/<int:pk>/rows.csv", RowsFileView.as_view(), {"ending": "csv"}, name="rows_csv"),
    path("import/<int:pk>/choose/", ChooseView.as_view(), name="choose"),
    path("import/<int:pk>/confirm/", ConfirmView.as_view(), name="confirm"),
    path("import/<int:pk>/cancel/", CancelView.as_view(), name="cancel"),
    path("import/<int:pk>/undo/", UndoView.as_view(), name="undo"),
]
