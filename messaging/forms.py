"""What comes by mail, and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from messaging.models import Preferences

QUIET = ("quiet_from", "quiet_until")


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """All wishes of one person. The quiet hours begin with those of the site."""

    class Meta:
        model = Preferences
        fields = (
            "mail_sign_ups", "mail_changes", "mail_reminders", "mail_own", "mail_duties", *QUIET, "language",
        )  # fmt: skip
        widgets = {name: forms.TimeInput(format="%H:%M", attrs={"type": "time"}) for name in QUIET}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, time in zip(QUIET, self.instance.quiet, strict=True):
            self.initial[name] = time
            self.fields[name].required = True
        self.fields["quiet_until"].help_text = _("The same time twice means: no quiet hours.")

    def choices(self) -> dict[str, Any]:
        """What to store; hours that are those of the site go on following them."""
        chosen = dict(self.cleaned_data)
        if tuple(chosen[name] for name in QUIET) == settings.QUIET_HOURS:
            chosen |= dict.fromkeys(QUIET)
        return chosen
