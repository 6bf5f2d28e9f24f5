"""Who may read a page that is not for everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from people.enums import ReadingScope
from people.models.unit import Unit


class PageReader(models.Model):
    """One circle of readers of a page and of all pages below it: 系统内, 本单位 or 指定人员.

    A page without a row is public. The rows are part of the page's revision, so they are reviewed, compared and
    published with it.
    """

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="readers")
    scope = models.CharField(_("who may read"), max_length=20, choices=ReadingScope, default=ReadingScope.MEMBERS)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"),
        help_text=_("With the units below it."),
    )  # fmt: skip
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("circle of readers")
        verbose_name_plural = _("circles of readers")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scope=ReadingScope.MEMBERS, unit__isnull=True, person__isnull=True)
                    | Q(scope=ReadingScope.UNIT, unit__isnull=False, person__isnull=True)
                    | Q(scope=ReadingScope.PERSON, unit__isnull=True, person__isnull=False)
                ),
                name="page_reader_names_its_scope",
                violation_error_message=_("Name the unit or the person, and only that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.unit or self.person or ''}".strip()

    def clean(self) -> None:
        wanted: dict[str, Any] = {ReadingScope.UNIT: "unit", ReadingScope.PERSON: "person"}
        field = wanted.get(self.scope)
        if field and getattr(self, f"{field}_id") is None:
            raise ValidationError({field: _("Please choose one.")})
