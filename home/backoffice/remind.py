"""Reminding those who have not confirmed a notice: one question, one service call."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.backoffice.base import ConfirmActionView
from home.backoffice.confirmations import INDEX, NoticeInScope, answers_url, people_of
from home.models import NoticePage
from home.permissions import REMIND
from home.selectors.answers import to_remind
from home.services.confirmations import remind
from people.models import Unit
from people.permissions import units_open_to


class RemindForm(forms.Form):
    """Everybody in scope, or one unit with everything below it."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Only this unit"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("All units that you see")  # type: ignore[attr-defined]


class RemindView(NoticeInScope, ConfirmActionView):
    """Says first how many people it will reach."""

    permission = REMIND
    form_class = RemindForm
    question = gettext_lazy("Remind those who have not confirmed")
    button = gettext_lazy("Remind")
    header_icon = "mail"
    object: NoticePage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.reached = 0
        return super().dispatch(request, *args, **kwargs)

    def get_object(self, *args: Any, **kwargs: Any) -> NoticePage:
        return self.notice

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"units": units_open_to(self.request.user)}

    def act(self, form: forms.Form) -> None:
        people: Any = people_of(self.request.user)
        if unit := form.cleaned_data["unit"]:
            people = people.in_units(Unit.objects.with_descendants([unit.pk]))
        self.reached = len(remind(notice=self.notice, people=people, by=self.actor))

    @property
    def done(self) -> str:  # type: ignore[override]
        return ngettext("%(count)d person was reminded.", "%(count)d people were reminded.", self.reached) % {
            "count": self.reached
        }

    @cached_property
    def explanation(self) -> str:  # type: ignore[override]
        count = len(to_remind(self.notice, people_of(self.request.user), timezone.localdate()))
        sentence = ngettext(
            "%(count)d person whom you see has not confirmed and was not reminded today.",
            "%(count)d people whom you see have not confirmed and were not reminded today.",
            count,
        )
        how = _("The reminder stands on their first page and goes to those who have an e-mail address.")
        on_site = _("The reminder stands on their first page.")
        return f"{sentence % {'count': count}} {how if settings.MAIL_URL else on_site}"

    def get_success_url(self) -> str:
        return answers_url(self.notice)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse(INDEX), "label": _("Notices to confirm")}
        return [index, *super().get_breadcrumbs_items()]
