"""Who teaches: profiles that the person and the office have agreed to publish."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import BodyBlock
from core.pages import IN_MENU, SitePage
from core.panels import ContentChecksPanel, SecrecyPanel
from home.page_forms import TrainerPageForm
from people.panels import ReadersPanel


class TrainerIndexPage(SitePage):
    """The trainers (师资), in the order of the page tree."""

    introduction = models.TextField(_("introduction"), blank=True, max_length=300)

    content_panels = [*SitePage.content_panels, FieldPanel("introduction"), ReadersPanel()]
    promote_panels = [*SitePage.promote_panels, IN_MENU]
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.TrainerPage"]

    class Meta:
        verbose_name = _("list of trainers")


class TrainerPage(SitePage):
    """One trainer. Outsiders read a person's name on classes only while this page is published for everybody."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="trainer_page",
        verbose_name=_("account"),
        help_text=_("The person's classes then stand on the page. Leave empty for guests without an account."),
    )  # fmt: skip
    post = models.CharField(_("post"), max_length=80, blank=True, help_text=_("For example 区司法局公职律师."))
    expertise = models.TextField(
        _("teaches"), max_length=300, blank=True, help_text=_("One subject per line, for example 人民调解.")
    )
    portrait = models.ForeignKey(
        "core.Picture", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("portrait"),
        help_text=_("Publish a photograph only with the person's consent. Without one the page shows the surname."),
    )  # fmt: skip
    summary = models.TextField(
        _("summary"), max_length=200, blank=True, help_text=_("One or two sentences, shown in lists.")
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    base_form_class = TrainerPageForm
    content_panels = [
        SecrecyPanel(),
        ContentChecksPanel(),
        TitleFieldPanel("title", heading=pgettext_lazy("person", "Name")),
        FieldPanel("post"),
        FieldPanel("expertise"),
        FieldPanel("summary"),
        FieldPanel("body", help_text=_("Career, publications, what the person is known for.")),
        FieldPanel("portrait"),
        FieldPanel("person", permission="people.view_user"),
        ReadersPanel(),
    ]
    parent_page_types = ["home.TrainerIndexPage"]
    subpage_types: list[str] = []

    search_fields = [
        *SitePage.search_fields,
        index.SearchField("post"),
        index.SearchField("expertise"),
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("trainer")
        verbose_name_plural = _("trainers")

    @property
    def subjects(self) -> list[str]:
        return [line.strip() for line in self.expertise.splitlines() if line.strip()]
