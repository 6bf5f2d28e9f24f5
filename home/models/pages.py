"""The first page and pages of plain content."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import BodyBlock
from core.pages import IN_MENU, SitePage
from people.panels import ReadersPanel


class HomePage(SitePage):
    """The first page: what is on for you, open classes, notices."""

    tagline = models.CharField(_("tagline"), max_length=80, blank=True)
    introduction = models.TextField(_("introduction"), max_length=300, blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("tagline"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "courses.CourseIndexPage",
        "home.NoticeIndexPage",
        "home.TrainerIndexPage",
        "home.LibraryPage",
        "home.StandardPage",
    ]

    class Meta:
        verbose_name = _("home page")


class StandardPage(SitePage):
    """A page of plain content, such as a guide or the privacy notice."""

    introduction = models.TextField(_("introduction"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [
        *SitePage.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences below the title.")),
        FieldPanel("body"),
        ReadersPanel(),
    ]
    promote_panels = [*SitePage.promote_panels, IN_MENU]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    search_fields = [*SitePage.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
