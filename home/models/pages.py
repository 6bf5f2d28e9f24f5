"""Page types of the site itself."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.search import index

from core.blocks import BodyBlock
from core.pages import SitePage


class HomePage(SitePage):
    """The first page: what is on for you, open classes, notices."""

    tagline = models.CharField(_("tagline"), max_length=80, blank=True)
    introduction = models.TextField(_("introduction"), max_length=300, blank=True)

    content_panels = [*SitePage.content_panels, FieldPanel("tagline"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CourseIndexPage", "home.NoticeIndexPage", "home.StandardPage"]

    class Meta:
        verbose_name = _("home page")


class NoticeIndexPage(SitePage):
    """The list of notices (通知公告)."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NoticePage"]

    class Meta:
        verbose_name = _("notices")


class NoticePage(SitePage):
    """A notice, with its reference number (发文字号) if it has one."""

    document_number = models.CharField(
        _("reference number"), max_length=60, blank=True, help_text=_("For example 东司发〔2026〕18号.")
    )
    issued_by = models.CharField(_("issued by"), max_length=80, blank=True)
    published_on = models.DateField(_("date"), default=timezone.localdate)
    summary = models.TextField(_("summary"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [
        *SitePage.content_panels,
        FieldRowPanel([FieldPanel("document_number"), FieldPanel("published_on")]),
        FieldPanel("issued_by"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]
    parent_page_types = ["home.NoticeIndexPage"]
    subpage_types: list[str] = []

    search_fields = [
        *SitePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("document_number"),
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class StandardPage(SitePage):
    """A page of plain content, such as a guide or the privacy notice."""

    introduction = models.TextField(_("introduction"), max_length=300, blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    content_panels = [*SitePage.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    search_fields = [*SitePage.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
