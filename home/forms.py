"""What small forms of the site send."""

from django import forms


class SeenRoundForm(forms.Form):
    """Which round of confirming the reader saw."""

    round = forms.IntegerField(min_value=1, required=False)

    def round_or_none(self) -> int | None:
        return self.cleaned_data["round"] if self.is_valid() else None
