"""阅知情况: which notices wait for confirmation, and who has and has not confirmed. Reports; they change nothing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core.backoffice.reports import GuardedReportView
from core.backoffice.scope import visible_rows
from courses.backoffice.base import DeclaredExport, ExportColumn, PersonSearch, local, stamp
from home.models import NoticePage, NoticeReceipt
from home.permissions import may_remind, may_see_confirmations
from home.presenters.notices import deadline
from home.selectors.answers import Asking, answers, asking_notices, overview
from home.selectors.confirmations import Tally, tallies
from people.models import Profession, Unit, User
from people.permissions import units_open_to

CONFIRMED, MISSING = "confirmed", "missing"
STATES = [(MISSING, gettext_lazy("Not confirmed yet")), (CONFIRMED, pgettext_lazy("reading", "Confirmed"))]
INDEX = "notice_confirmations:index"


def people_of(user: Any) -> QuerySet[User]:
    """The people whose confirmations the user may see."""
    return visible_rows(User, user, ("view",))


class NoticeListView(DeclaredExport, GuardedReportView):
    """Notices that ask people in scope, with their numbers; a notice that asks nobody in scope is not listed."""

    model = NoticeReceipt
    permission_required = "view"
    page_title = gettext_lazy("Notices to confirm")
    header_icon = "check"
    index_url_name = INDEX
    index_results_url_name = "notice_confirmations:results"
    export_filename = "notices-to-confirm"
    verbose_name = gettext_lazy("notice")
    verbose_name_plural = gettext_lazy("notices")
    is_searchable = True
    search_backend_name = None
    search_fields = ("title", "document_number")

    @cached_property
    def numbers(self) -> dict[int, Asking]:
        return {row.notice.pk: row for row in overview(people_of(self.request.user))}

    def get_base_queryset(self) -> QuerySet[NoticePage]:  # type: ignore[override]  # receipts give the permission
        return asking_notices().filter(pk__in=self.numbers)

    def tally(self, notice: NoticePage) -> Any:
        return self.numbers[notice.pk].tally

    @cached_property
    def columns(self) -> list[Any]:
        today = timezone.localdate()
        return [
            TitleColumn("title", label=_("notice"), accessor="title", get_url=answers_url),
            Column("confirm_by", label=_("Confirm by"), accessor=lambda row: f"{row.confirm_by or '—'}"),
            StatusTagColumn(
                "deadline", label=_("Time left"), accessor=lambda row: self._time_left(row, today), primary=True
            ),
            Column("asked", label=_("Asked"), accessor=lambda row: f"{self.tally(row).asked}"),
            Column(
                "confirmed", label=pgettext("reading", "Confirmed"), accessor=lambda row: f"{self.tally(row).confirmed}"
            ),
            Column("missing", label=_("Not confirmed yet"), accessor=lambda row: f"{self.tally(row).missing}"),
        ]

    def _time_left(self, notice: NoticePage, today: Any) -> str:
        return _("All confirmed") if not self.tally(notice).missing else deadline(notice, today) or _("No deadline")

    @property
    def export_columns(self) -> tuple[ExportColumn, ...]:  # type: ignore[override]
        return (
            ExportColumn("title", _("notice"), lambda row: row.title),
            ExportColumn("document_number", _("reference number"), lambda row: row.document_number),
            ExportColumn("published_on", _("Date"), lambda row: row.published_on),
            ExportColumn("confirm_by", _("Confirm by"), lambda row: row.confirm_by or ""),
            ExportColumn("asked", _("Asked"), lambda row: self.tally(row).asked),
            ExportColumn("confirmed", pgettext("reading", "Confirmed"), lambda row: self.tally(row).confirmed),
            ExportColumn("missing", _("Not confirmed yet"), lambda row: self.tally(row).missing),
        )


def answers_url(notice: NoticePage) -> str:
    return reverse("notice_confirmations:answers", args=[notice.pk])


class AnswerFilterSet(WagtailFilterSet):
    """By state, unit with everything below it, and profession."""

    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), method="in_state", choices=STATES)
    unit = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Unit"), queryset=lambda request: units_open_to(request.user), method="in_unit"
    )
    professions = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Profession"), queryset=lambda request: Profession.objects.all()
    )

    class Meta:
        model = User
        fields = ("state", "unit", "professions")

    def in_state(self, rows: Any, name: str, value: str) -> QuerySet[User]:
        return rows.filter(confirmed_at__isnull=value == MISSING)  # type: ignore[no-any-return]

    def in_unit(self, rows: Any, name: str, unit: Unit) -> QuerySet[User]:
        return rows.in_units(Unit.objects.with_descendants([unit.pk]))  # type: ignore[no-any-return]


class NoticeInScope:
    """A view about one notice that asks somebody in scope; other notices answer as if they did not exist."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see_confirmations(request.user):
            raise PermissionDenied
        if not self.tally.asked:
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    @cached_property
    def notice(self) -> NoticePage:
        return get_object_or_404(asking_notices(), pk=self.kwargs["pk"])  # type: ignore[no-any-return]

    @cached_property
    def tally(self) -> Tally:
        return tallies([self.notice], people_of(self.request.user))[self.notice.pk]

    @cached_property
    def asked(self) -> QuerySet[User]:
        """The people in scope whom the notice asks, with their answers; those who have not confirmed stand first."""
        rows = answers(self.notice, people_of(self.request.user)).with_unit()  # type: ignore[attr-defined]
        return rows.order_by(F("confirmed_at").asc(nulls_first=True), "pinyin", "username")  # type: ignore[no-any-return]


class AnswersView(NoticeInScope, DeclaredExport, PersonSearch, GuardedReportView):
    """Who has confirmed one notice, and who has not."""

    model = User
    permission_required = "view"
    page_title = gettext_lazy("Who has confirmed")
    header_icon = "check"
    template_name = "home/backoffice/answers.html"
    verbose_name = gettext_lazy("person")
    verbose_name_plural = gettext_lazy("people")
    is_searchable = True
    search_fields = ()
    filterset_class = AnswerFilterSet

    def get_base_queryset(self) -> QuerySet[User]:
        return self.asked

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return super().search_queryset(queryset) if self.search_query else queryset

    person_path = "pk"
    columns = [
        Column("name", label=gettext_lazy("Full name"), accessor="name", sort_key="pinyin"),
        Column("unit", label=gettext_lazy("Unit"), accessor=lambda row: row.unit.short_name if row.unit else ""),
        StatusTagColumn(
            "state", label=gettext_lazy("State"), accessor=lambda row: state_of(row),
            primary=lambda row: bool(row.confirmed_at),
        ),
        Column(
            "confirmed_at", label=gettext_lazy("Confirmed at"), accessor=lambda row: stamp(row.confirmed_at),
            sort_key="confirmed_at",
        ),
        Column("reminded", label=gettext_lazy("Reminded"), accessor=lambda row: reminded(row)),
    ]  # fmt: skip
    export_columns = (
        ExportColumn("name", gettext_lazy("Full name"), lambda row: row.name),
        ExportColumn("work_number", gettext_lazy("Work number"), lambda row: row.work_number or ""),
        ExportColumn("unit", gettext_lazy("Unit"), lambda row: row.unit.name if row.unit else ""),
        ExportColumn("state", gettext_lazy("State"), lambda row: state_of(row)),
        ExportColumn("confirmed_at", gettext_lazy("Confirmed at"), lambda row: local(row.confirmed_at)),
        ExportColumn("reminders", gettext_lazy("Times reminded"), lambda row: row.reminders),
        ExportColumn("reminded_at", gettext_lazy("Last reminded at"), lambda row: local(row.reminded_at)),
    )

    def get_filename(self) -> str:
        return f"notice-{self.notice.pk}-confirmations"

    def get_page_subtitle(self) -> str:
        return str(self.notice.title)

    def get_index_url(self) -> str:
        return answers_url(self.notice)

    def get_index_results_url(self) -> str:
        return reverse("notice_confirmations:answer_results", args=[self.notice.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        return [*self.breadcrumbs_items, {"url": reverse(INDEX), "label": _("Notices to confirm")}, here]

    @property
    def header_buttons(self) -> list[Any]:
        pk, chosen = self.notice.pk, self.request.GET.urlencode()
        printed = reverse("notice_confirmations:print", args=[pk]) + (f"?{chosen}" if chosen else "")
        buttons = [HeaderButton(_("Print"), url=printed, icon_name="doc-full", priority=20)]
        if may_remind(self.request.user):
            remind = reverse("notice_confirmations:remind", args=[pk])
            buttons.append(HeaderButton(_("Remind"), url=remind, icon_name="mail", priority=10))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "notice": self.notice,
            "tally": self.tally,
            "deadline": deadline(self.notice, timezone.localdate()),
        }


class PrintedAnswersView(AnswersView):
    """The same list on paper, narrowed as it was on the screen and not cut into pages."""

    template_name = "home/backoffice/answers_print.html"
    paginate_by = None


def state_of(person: Any) -> str:
    return str(dict(STATES)[CONFIRMED if person.confirmed_at else MISSING])


def reminded(person: Any) -> str:
    """2次，最近 2026-11-27 09:30; empty for those who were not reminded."""
    if not person.reminders:
        return ""
    times = ngettext("%(count)d time, last %(day)s", "%(count)d times, last %(day)s", person.reminders)
    return times % {"count": person.reminders, "day": stamp(person.reminded_at)}
