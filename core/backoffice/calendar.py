"""The holiday table of the office: one row a day, or a whole year pasted at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogFormatter

from core.backoffice.viewsets import ScopedIndexView, ScopedModelViewSet
from core.models import CalendarDay
from core.workdays import ONE_DAY, store_days

DATE = r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?"
LINE = re.compile(rf"^\s*{DATE}(?:\s*(?:至|到|~|～|—+|--)\s*{DATE})?\s*(.*)$")
LONGEST = datetime.timedelta(days=31)
WORK, OFF = "班", "休"


def read_line(line: str) -> Iterator[CalendarDay]:
    """Return the days of one line such as “2027-02-05至2027-02-11 春节 休”. Raises ValidationError."""
    found = LINE.match(line)
    if not found:
        raise ValidationError(_("“%(line)s” does not begin with a date.") % {"line": line})
    first = _date(line, *found.groups()[:3])
    last = _date(line, *found.groups()[3:6]) if found[4] else first
    if not first <= last <= first + LONGEST:
        raise ValidationError(_("“%(line)s”: the last day must follow the first, within a month.") % {"line": line})
    words = found[7].split()
    is_workday = any(word in (WORK, "上班", "补班") for word in words)
    name = next((word for word in words if word not in (WORK, OFF, "上班", "补班", "放假")), "")
    for number in range((last - first).days + 1):
        yield CalendarDay(day=first + number * ONE_DAY, is_workday=is_workday, name=name[:40] or _default(is_workday))


def _default(is_workday: bool) -> str:
    return _("make-up workday") if is_workday else _("holiday")


def _date(line: str, year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError as fault:
        raise ValidationError(_("“%(line)s”: there is no such day.") % {"line": line}) from fault


class PasteForm(forms.Form):
    """The announcement, line by line. `cleaned_data["days"]` are the rows."""

    days = forms.CharField(
        label=gettext_lazy("Holidays and make-up workdays"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "One line each: the day or “first day至last day”, the name, and 休 (day off) or 班 (make-up workday). "
            "For example: 2027-02-05至2027-02-11 春节 休. Days that stand in the table already are replaced; "
            "provisional days of the same year are removed."
        ),
    )

    def clean_days(self) -> list[CalendarDay]:
        found: dict[datetime.date, CalendarDay] = {}
        faults = []
        for line in filter(str.strip, self.cleaned_data["days"].splitlines()):
            try:
                found |= {row.day: row for row in read_line(line)}
            except ValidationError as fault:
                faults += fault.messages
        if faults:
            raise ValidationError(faults)
        return list(found.values())


class PasteView(WagtailAdminTemplateMixin, FormView):
    """Enter a whole year at once."""

    form_class = PasteForm
    template_name = "core/backoffice/paste_calendar.html"
    page_title = gettext_lazy("Paste a year")
    header_icon = "calendar"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perms(["core.add_calendarday", "core.change_calendarday"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        listing = {"url": reverse("calendar:index"), "label": _("Holidays")}
        return [*self.breadcrumbs_items, listing, {"url": "", "label": self.get_page_title()}]

    def form_valid(self, form: PasteForm) -> HttpResponse:
        number = store_days(days=form.cleaned_data["days"], by=self.request.user)
        done = ngettext("%(number)d day was entered.", "%(number)d days were entered.", number)
        messages.success(self.request, done % {"number": number})
        return HttpResponseRedirect(reverse("calendar:index"))


def _standing(row: CalendarDay) -> str:
    return _("provisional") if row.is_provisional else _("Yes")


class CalendarIndexView(ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = list(super().header_buttons)
        if self.user_has_permission("add") and self.user_has_permission("change"):
            buttons.append(
                HeaderButton(_("Paste a year"), url=reverse("calendar:paste"), icon_name="clipboard-list", priority=20)
            )
        return buttons


class CalendarDayViewSet(ScopedModelViewSet):
    """Holidays and make-up workdays."""

    model = CalendarDay
    name = "calendar"
    icon = "calendar"
    menu_label = gettext_lazy("Holidays")
    add_to_admin_menu = False
    form_fields = ["day", "name", "is_workday", "is_provisional"]
    index_view_class = CalendarIndexView
    list_display = [
        "day",
        Column("name", label=gettext_lazy("name")),
        Column("kind", label=gettext_lazy("work or off"), accessor=lambda row: WORK if row.is_workday else OFF),
        Column("standing", label=gettext_lazy("announced"), accessor=_standing),
    ]
    list_filter = {"day": ["year"], "is_workday": ["exact"], "is_provisional": ["exact"]}
    search_fields = ("name",)
    search_backend_name = None
    ordering = ("-day",)
    list_per_page = 50

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("paste/", PasteView.as_view(), name="paste")]


def register_log_actions(actions: Any) -> None:
    """Register how a pasted year reads in the site history."""

    @actions.register_action("core.calendar_entered")
    class EnteredFormatter(LogFormatter):
        label = gettext_lazy("Enter holidays")

        def format_message(self, log_entry: Any) -> str:
            years = "、".join(str(year) for year in log_entry.data.get("years", []))
            return _("Entered the holidays of %(years)s") % {"years": years}
