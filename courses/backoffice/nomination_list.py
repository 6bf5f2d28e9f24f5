"""Drawing up the list of a unit: which classes are open for one, and whom the unit sends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from core.backoffice.scope import visible_rows
from core.errors import Refusal
from courses.enums import Way
from courses.models import CourseRun, Nomination, RunQuota
from courses.permissions import visible_runs
from courses.selectors.nominations import open_lists
from courses.services.enrolment import Verdict, verdicts_for_people
from courses.services.nominations import NOMINATE, Named, save_list
from courses.services.rules import WAIVED
from people.models import Unit, User
from people.permissions import units_open_to
from people.selectors.people import matching

MOST_PLACES = 999


def list_url(run: int, unit: int) -> str:
    return reverse("nominations:list", args=[run, unit])


class NominatingView(WagtailAdminTemplateMixin, TemplateView):
    """For those who may draw up lists."""

    header_icon = "list-ol"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(NOMINATE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> User:
        return cast("User", self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        listing = {"url": reverse("nominations:index"), "label": _("Unit lists")}
        return [
            *self.breadcrumbs_items,
            listing,
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


class OpenListsView(NominatingView):
    """Classes open for lists, with the own unit's quota and until when."""

    template_name = "courses/backoffice/nomination_open.html"
    page_title: str | Promise = gettext_lazy("Classes open for lists")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.actor
        units = set(units_open_to(user).values_list("pk", flat=True))
        return super().get_context_data(**kwargs) | {
            "rows": open_lists(visible_runs(user), units, user.unit, timezone.now())
        }


@dataclass
class Row:
    """One person who may be put on the list, what was typed, and how the rules judge."""

    person: User
    verdict: Verdict
    is_ticked: bool = False
    place: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """The verdict for the clerk; engagements that a person entered are that person's own business."""
        if self.verdict.enrolment is not None:
            return str(self.verdict.enrolment.get_status_display())
        waived = WAIVED[Way.NOMINATED]
        reasons = [reason for reason in self.verdict.reasons if reason.code != "nomination_only"]
        standing = [reason.message for reason in reasons if reason.code not in waived]
        return " ".join(standing or [reason.message for reason in reasons])

    @property
    def can_go(self) -> bool:
        return self.verdict.allowed

    @property
    def has_quota(self) -> bool:
        return self.verdict.quota is not None


@dataclass
class Typed:
    """One person as the form says it, or as the stored list does."""

    place: str = ""
    note: str = ""


class NominationListView(NominatingView):
    """Tick people, write a note, number them if the order matters; saving makes a draft."""

    template_name = "courses/backoffice/nomination_list.html"
    page_title: str | Promise = gettext_lazy("List of the unit")
    refusal = ""

    @cached_property
    def run(self) -> CourseRun:
        return get_object_or_404(visible_runs(self.actor).select_related("course"), pk=self.kwargs["run_pk"])

    @cached_property
    def unit(self) -> Unit:
        return get_object_or_404(units_open_to(self.actor), pk=self.kwargs["unit_pk"])

    @cached_property
    def nomination(self) -> Nomination | None:
        return Nomination.objects.filter(run=self.run, unit=self.unit).first()

    @cached_property
    def everybody(self) -> Any:
        """Active people of the unit and of what is below it, among those whom the clerk may see."""
        rows: Any = visible_rows(User, self.actor, ("view",))
        return rows.filter(is_active=True).in_units(Unit.objects.with_descendants([self.unit.pk]))

    @property
    def search_text(self) -> str:
        return (self.request.POST.get("q") or self.request.GET.get("q") or "").strip()[:60]

    @cached_property
    def typed(self) -> dict[int, Typed]:
        """Who is ticked, by id of the person, in the order of the list."""
        if self.request.method != "POST":
            return self._stored()
        post = self.request.POST
        ticked = [int(pk) for pk in post.getlist("people") if pk.isdecimal()]
        found = {pk: Typed(post.get(f"place-{pk}", "").strip(), post.get(f"note-{pk}", "").strip()) for pk in ticked}
        return dict(sorted(found.items(), key=lambda item: _place(item[1].place)))

    def _stored(self) -> dict[int, Typed]:
        entries = self.nomination.entries.all() if self.nomination else []
        return {entry.person_id: Typed(str(number), entry.note) for number, entry in enumerate(entries, start=1)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "search" in request.POST:
            return self.render_to_response(self.get_context_data())
        try:
            made = save_list(run=self.run, unit=self.unit, people=self._named(), by=self.actor)
        except (Refusal, forms.ValidationError) as refusal:
            self.refusal = str(refusal) if isinstance(refusal, Refusal) else " ".join(refusal.messages)
            return self.render_to_response(self.get_context_data())
        messages.success(request, _("The list is saved. The head of the unit signs it off, then it is handed in."))
        return HttpResponseRedirect(reverse("nominations:inspect", args=[made.pk]))

    def _named(self) -> list[Named]:
        """The ticked people in their order. Raises ValidationError for a note too long or somebody out of reach."""
        people = self.everybody.in_bulk(list(self.typed))
        if set(people) != set(self.typed):
            raise forms.ValidationError(_("Somebody on the list does not belong to the unit. Look at it again."))
        if any(len(one.note) > NOTE_LENGTH for one in self.typed.values()):
            raise forms.ValidationError(_("A note has %(count)d characters at most.") % {"count": NOTE_LENGTH})
        return [Named(people[pk], one.note) for pk, one in self.typed.items()]

    def rows(self) -> list[Row]:
        """Those ticked first, in their order, then everybody else who matches what was searched."""
        found = matching(self.everybody, self.search_text) if self.search_text else self.everybody
        ticked = self.everybody.filter(pk__in=self.typed)
        people = {person.pk: person for person in found.order_by("pinyin", "pk")}
        people = {person.pk: person for person in ticked} | people
        verdicts = verdicts_for_people(people=people.values(), run=self.run, way=Way.NOMINATED)
        order = [pk for pk in self.typed if pk in people] + [pk for pk in people if pk not in self.typed]
        return [self._row(people[pk], verdicts[pk]) for pk in order]

    def _row(self, person: User, verdict: Verdict) -> Row:
        one = self.typed.get(person.pk)
        return Row(person, verdict, one is not None, one.place if one else "", one.note if one else "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.rows()
        quotas = RunQuota.objects.filter(run=self.run, unit=self.unit).select_related("unit", "profession")
        return super().get_context_data(**kwargs) | {
            "run": self.run,
            "unit": self.unit,
            "nomination": self.nomination,
            "rows": rows,
            "q": self.search_text,
            "quotas": list(quotas),
            "refusal": self.refusal,
            "has_left": len([row for row in rows if row.is_ticked]) < len(self.typed),
            "note_length": NOTE_LENGTH,
        }

    def get_page_subtitle(self) -> str:
        return f"{self.unit} · {self.run}"


NOTE_LENGTH = 100


def _place(text: str) -> int:
    """The number typed; who has none comes last, in the order of the page."""
    return int(text) if text.isdecimal() and len(text) <= len(str(MOST_PLACES)) else MOST_PLACES + 1
