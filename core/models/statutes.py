"""The register of statutes: which version of a law is in force from when."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.search import index


class Statute(index.Indexed, ClusterableModel):
    """A law, regulation or rule that training material cites."""

    name = models.CharField(
        _("name"), max_length=120, unique=True, help_text=_("For example 中华人民共和国人民调解法.")
    )
    short_name = models.CharField(_("short name"), max_length=60, blank=True, help_text=_("For example 人民调解法."))

    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("short_name"),
        index.AutocompleteField("name"),
        index.AutocompleteField("short_name"),
    ]

    class Meta:
        verbose_name = _("statute")
        verbose_name_plural = _("statutes")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.short_name or self.name


class StatuteVersionQuerySet(models.QuerySet["StatuteVersion"]):
    def in_force(self, day: datetime.date) -> StatuteVersionQuerySet:
        """The version of each statute that holds on that day; versions that only begin later are not among them."""
        newest = self.filter(statute=models.OuterRef("statute"), in_force_from__lte=day).order_by("-in_force_from")
        return self.filter(pk=models.Subquery(newest.values("pk")[:1]))


class StatuteVersion(index.Indexed, models.Model):
    """One version of a statute. `study_by` is the day by which staff should have studied what is new."""

    statute = ParentalKey(Statute, on_delete=models.PROTECT, related_name="versions", verbose_name=_("statute"))
    label = models.CharField(_("version"), max_length=40, help_text=_("For example 2024年修订."))
    in_force_from = models.DateField(_("in force from"))
    study_by = models.DateField(_("study by"), null=True, blank=True)
    changes = models.TextField(_("what is new"), blank=True, max_length=500)

    objects = StatuteVersionQuerySet.as_manager()

    search_fields = [
        index.SearchField("label"),
        index.AutocompleteField("label"),
        index.RelatedFields("statute", [index.SearchField("name"), index.AutocompleteField("name")]),
    ]

    class Meta:
        verbose_name = _("statute version")
        verbose_name_plural = _("statute versions")
        ordering = ("statute__name", "-in_force_from")
        constraints = [
            models.UniqueConstraint(fields=["statute", "in_force_from"], name="one_statute_version_per_day"),
            models.UniqueConstraint(fields=["statute", "label"], name="one_statute_version_per_label"),
        ]

    def __str__(self) -> str:
        return f"{self.statute}（{self.label}）"
