"""Forms of leave, and of the files that go with it or with a register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import warn_of_secrets
from courses.enums import LeaveKind, LeaveStatus
from courses.services.evidence import check_evidence


class LeaveForm(forms.Form):
    """What somebody asks for, as `services.leave.ask` takes it."""

    kind = forms.ChoiceField(
        label=_("Kind of leave"), choices=LeaveKind.choices, widget=forms.RadioSelect,
        help_text=_("Official duty is not counted as private leave."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever decides reads it, and the training office. Nothing of a case, and no names."),
    )  # fmt: skip
    upload = forms.FileField(
        label=_("File"), required=False, help_text=_("A PDF file or a picture, 10 MB at most, if there is one."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warn_of_secrets(self.fields["upload"])

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload:
            check_evidence(upload)
        return upload


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceFiles(forms.FileField):
    """Several files at once, each looked at; gives the list of them."""

    MOST = 10
    widget = FilesInput

    def to_python(self, data: Any) -> Any:
        uploads = list(data or ())
        if len(uploads) > self.MOST:
            raise ValidationError(_("Ten files at once at most."))
        for upload in uploads:
            try:
                check_evidence(upload)
            except ValidationError as fault:
                raise ValidationError(f"{upload.name}：{fault.messages[0]}") from None
        return uploads


class ScansForm(forms.Form):
    """Pages of a signed sheet: one file, or several pictures at once."""

    uploads = EvidenceFiles(
        label=_("Files"), help_text=_("PDF files or pictures (JPG, PNG), 10 MB each at most, up to ten at once."),
        widget=FilesInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "multiple": True}),
        error_messages={"required": _("Choose the file of the signed sheet.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warn_of_secrets(self.fields["uploads"])


class DecisionForm(forms.Form):
    """Which button was pressed, and what the person reads."""

    decision = forms.ChoiceField(choices=[(one, one) for one in (LeaveStatus.GRANTED, LeaveStatus.REFUSED)])
    answer = forms.CharField(label=_("Answer"), max_length=200, required=False)
