"""Panels of the page editor that show themselves only when there is something to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from core import content_checks, secrecy


class SecrecyPanel(Panel):
    """The words of the secrecy check in this page: where they stand, who answered for them, and the box to tick."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("Secrecy check"), "icon": "warning", **kwargs})

    def get_form_options(self) -> dict[str, Any]:
        """Claim the box: Wagtail puts fields that no panel claims bare below the form."""
        return {"fields": ["secrecy_confirmed"]}

    class BoundPanel(Panel.BoundPanel):
        template_name = "core/backoffice/secrecy_panel.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.open = secrecy.unconfirmed(self.instance)
            self.answers = secrecy.answers(self.instance)

        def is_shown(self) -> bool:
            return bool(super().is_shown() and (self.open or self.answers))

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            field = self.form["secrecy_confirmed"] if self.open else None
            shown = {"open": self.open, "answers": self.answers, "field": field}
            return super().get_context_data(parent_context) | shown


class ContentChecksPanel(Panel):
    """What to look at again (内容检查): advice with a link to each place; shown only when there is some."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("Worth another look"), "icon": "glasses", **kwargs})

    class BoundPanel(Panel.BoundPanel):
        template_name = "core/backoffice/content_checks.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.hints = content_checks.hints(self.instance) if self._is_written() else []

        def _is_written(self) -> bool:
            """Nobody is told what is missing from a form that was just opened."""
            return bool(self.instance.pk or (self.form is not None and self.form.is_bound))

        def is_shown(self) -> bool:
            return bool(super().is_shown() and self.hints)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            return super().get_context_data(parent_context) | {"hints": self.hints}
