"""What the office sets for the whole site."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

BANNER = "本平台为非涉密系统，严禁上传、存储、处理、传输国家秘密和工作秘密信息"


@register_setting(icon="cog")
class SiteDetails(BaseGenericSetting):
    """Name, contacts, the non-classified banner, and footer numbers, which stay empty until they are known."""

    site_name = models.CharField(_("name of the site"), max_length=60, default="司法行政培训管理平台")
    organisation = models.CharField(_("organisation"), max_length=80, blank=True)
    banner = models.CharField(_("banner: not for classified material"), max_length=120, default=BANNER)
    contact_office = models.CharField(_("contact office"), max_length=80, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    icp_number = models.CharField(_("ICP number"), max_length=40, blank=True)
    police_number = models.CharField(_("public security registration number"), max_length=60, blank=True)
    site_code = models.CharField(_("government site code"), max_length=40, blank=True)

    panels = [
        MultiFieldPanel([FieldPanel("site_name"), FieldPanel("organisation"), FieldPanel("banner")], heading=_("Site")),
        MultiFieldPanel(
            [
                FieldPanel("contact_office"),
                FieldPanel("contact_phone"),
                FieldPanel("contact_email"),
                FieldPanel("address"),
            ],
            heading=_("Contact"),
        ),
        MultiFieldPanel(
            [FieldPanel("icp_number"), FieldPanel("police_number"), FieldPanel("site_code")],
            heading=_("Footer numbers"),
        ),
    ]

    class Meta:
        verbose_name = _("site details")
