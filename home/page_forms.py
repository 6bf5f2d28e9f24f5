"""The forms of pages that do more than store what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.page_forms import SitePageForm


class NoticePageForm(SitePageForm):
    """Adds the tick that begins a new round of confirming.

    The form is saved many times before a notice goes public (Wagtail saves drafts by itself), so the round of the
    draft is always counted from what readers have now.
    """

    ask_again = forms.BooleanField(
        label=_("Ask everybody again"),
        required=False,
        help_text=_(
            "Tick this if the text has changed so much that earlier confirmations no longer hold. It takes effect when "
            "the notice is published; earlier confirmations are kept."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settled_round = _settled_round(self.instance)
        self.initial["ask_again"] = self.instance.confirm_round > self.settled_round

    def save(self, commit: bool = True) -> Any:
        self.instance.confirm_round = self.settled_round + bool(self.cleaned_data.get("ask_again"))
        return super().save(commit=commit)


def _settled_round(notice: Any) -> int:
    """Return the round that readers answer now; for a notice that is not public, the last one that they answered."""
    stored = type(notice).objects.filter(pk=notice.pk)
    if notice.live and notice.pk:
        return stored.values_list("confirm_round", flat=True).first() or 1
    return stored.aggregate(last=Max("receipts__round"))["last"] or 1


class TrainerPageForm(SitePageForm):
    """Chooses the account as people are chosen everywhere in the admin; only those who may see people do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from people.backoffice.choosers import PersonChooser  # the admin's views load after the models

        super().__init__(*args, **kwargs)
        if "person" in self.fields:
            self.fields["person"].widget = PersonChooser()
