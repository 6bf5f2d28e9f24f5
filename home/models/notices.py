"""Notices (通知公告), who has confirmed reading them, who was reminded."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from core.blocks import BodyBlock
from core.db.append_only import AppendOnly
from core.pages import IN_MENU, SitePage
from home.enums import NoticeCategory
from home.page_forms import NoticePageForm
from people.panels import ReadersPanel


class NoticeIndexPage(SitePage):
    """The list of notices (通知公告)."""

    content_panels = [*SitePage.content_panels, ReadersPanel()]
    promote_panels = [*SitePage.promote_panels, IN_MENU]
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NoticePage"]

    class Meta:
        verbose_name = _("notices")


class NoticePage(SitePage):
    """A notice, with its reference number (发文字号) if it has one.

    It may ask people to confirm that they have read it. `confirm_round` goes up when the editor asks everybody again;
    a receipt holds for its own round only.
    """

    category = models.CharField(_("kind"), max_length=20, choices=NoticeCategory, default=NoticeCategory.NOTICE)
    document_number = models.CharField(
        _("reference number"), max_length=60, blank=True, help_text=_("For example 东司发〔2026〕18号.")
    )
    issued_by = models.CharField(_("issued by"), max_length=80, blank=True)
    published_on = models.DateField(_("date"), default=timezone.localdate)
    professions = ParentalManyToManyField(
        "people.Profession", blank=True, related_name="notices", verbose_name=_("for professions"),
        help_text=_("The notice also stands on the pages of these professions. Leave empty if it is for everybody."),
    )  # fmt: skip
    summary = models.TextField(
        _("summary"), max_length=300, blank=True,
        help_text=_("One or two sentences, shown in lists and in search results."),
    )  # fmt: skip
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    confirm_required = models.BooleanField(
        _("ask people to confirm that they have read it"), default=False,
        help_text=_("They get a button below the text; the office sees who has pressed it and who has not."),
    )  # fmt: skip
    confirm_by = models.DateField(
        _("confirm by"), null=True, blank=True, help_text=_("The last day, included. It may be left open.")
    )
    confirm_units = ParentalManyToManyField(
        "people.Unit", blank=True, related_name="+", verbose_name=_("units"),
        help_text=_("With the units below them. Leave empty for all units."),
    )  # fmt: skip
    confirm_professions = ParentalManyToManyField(
        "people.Profession", blank=True, related_name="+", verbose_name=_("professions"),
        help_text=_("Leave empty for all professions."),
    )  # fmt: skip
    confirm_round = models.PositiveSmallIntegerField(_("round of confirming"), default=1, editable=False)

    base_form_class = NoticePageForm
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        InlinePanel("attachments", heading=_("Attachments"), label=_("Attachment")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("category"), FieldPanel("published_on")]),
                FieldRowPanel([FieldPanel("document_number"), FieldPanel("issued_by")]),
                FieldPanel("professions", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("Entry in the list of notices"),
        ),
        ReadersPanel(),
        MultiFieldPanel(
            [
                FieldPanel("confirm_required"),
                FieldPanel("confirm_by"),
                FieldPanel("confirm_units"),
                FieldPanel("confirm_professions", widget=forms.CheckboxSelectMultiple),
                FieldPanel("ask_again"),
            ],
            heading=_("Read and confirm"),
        ),
    ]
    parent_page_types = ["home.NoticeIndexPage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["confirm_round"]

    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("document_number"),
        index.SearchField("body"),
        index.FilterField("published_on"),
        index.FilterField("category"),
    ]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class NoticeAttachment(Orderable):
    """One file below a notice."""

    page = ParentalKey(NoticePage, on_delete=models.CASCADE, related_name="attachments")
    material = models.ForeignKey("core.Material", models.CASCADE, related_name="+", verbose_name=_("material"))
    note = models.CharField(_("note"), max_length=160, blank=True)

    panels = [FieldPanel("material"), FieldPanel("note")]

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return str(self.material)


class NoticeReceipt(AppendOnly):
    """Somebody confirmed having read a notice. `unit` is where the person belonged then."""

    notice = models.ForeignKey(NoticePage, models.PROTECT, related_name="receipts", verbose_name=_("notice"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_receipts", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    round = models.PositiveSmallIntegerField(_("round of confirming"))
    confirmed_at = models.DateTimeField(_("confirmed at"), default=timezone.now)

    class Meta:
        verbose_name = _("confirmation of reading")
        verbose_name_plural = _("confirmations of reading")
        ordering = ("-confirmed_at",)
        constraints = [
            models.UniqueConstraint(fields=["notice", "person", "round"], name="one_receipt_per_person_and_round")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.notice}"


class NoticeReminder(AppendOnly):
    """Somebody was reminded of a notice that he or she had not confirmed."""

    notice = models.ForeignKey(NoticePage, models.PROTECT, related_name="reminders", verbose_name=_("notice"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notice_reminders", verbose_name=_("person")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reminded by"))
    round = models.PositiveSmallIntegerField(_("round of confirming"))
    reminded_at = models.DateTimeField(_("reminded at"), default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-reminded_at",)
        indexes = [models.Index(fields=["notice", "person"], name="reminders_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.notice}"
