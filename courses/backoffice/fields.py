"""Form fields of the back office that work without scripts: the browser's own pickers."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own picker for a day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own picker for a time."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """The browser's own picker for a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment to the minute, in Shanghai time. A stored moment with seconds counts as unchanged while they agree."""

    widget = MomentInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial.replace(second=0, microsecond=0) if initial else initial, data)
