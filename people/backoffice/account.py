"""Wagtail's account page for a user model with one name field."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import account

from people.models import User


class OwnDetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The name is the office's to change; how it is read and the telephone are the person's own."""

    name = forms.CharField(label=_("Full name"), disabled=True, required=False)

    class Meta:
        model = User
        fields = ("name", "pinyin", "phone")


def use_own_details_form() -> None:
    """Wagtail has no setting for this form, and its own asks for a first and a last name."""
    account.NameEmailSettingsPanel.form_class = OwnDetailsForm


def password_item(request: Any) -> dict[str, str]:
    return {
        "url": reverse("account_change_password"),
        "label": str(_("Change password")),
        "help_text": str(_("Change the password with which you sign in.")),
    }
