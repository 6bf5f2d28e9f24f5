"""The form that takes a table."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import warn_of_secrets
from core.tables.checks import check_table


class TableForm(forms.Form):
    """One .xlsx or .csv file, looked at before anything reads it."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_(
            "An .xlsx or .csv file of at most 5 MB. Nothing is changed before you have seen every row and confirmed."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # the check says so in our own words
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warn_of_secrets(self.fields["file"])

    def clean_file(self) -> Any:
        check_table(self.cleaned_data["file"])
        return self.cleaned_data["file"]
