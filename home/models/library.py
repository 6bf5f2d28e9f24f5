"""The library (资料下载)."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel

from core.pages import IN_MENU, SitePage
from people.panels import ReadersPanel


class LibraryPage(SitePage):
    """Lists the materials of the chosen collections, each reader only those that he or she may open."""

    introduction = models.TextField(_("introduction"), blank=True, max_length=300)
    collections = ParentalManyToManyField(
        "wagtailcore.Collection", blank=True, related_name="+", verbose_name=_("collections"),
        help_text=_("Their materials are listed, with those of the collections below them."),
    )  # fmt: skip

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences below the title.")),
        FieldPanel("collections", widget=forms.CheckboxSelectMultiple),
        ReadersPanel(),
    ]
    promote_panels = [*SitePage.promote_panels, IN_MENU]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")
