"""The words that make the site ask before something is sent on."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

WORDS = "绝密\n机密\n秘密★\n内部文件\n传真电报\n明传电报\n密码电报\n阅后销毁"


@register_setting(icon="warning")
class SecrecyWords(BaseGenericSetting):
    """The list, one word a line. It prevents accidents; it does not make the site fit for secrets."""

    words = models.TextField(
        _("words"), default=WORDS, blank=True,
        help_text=_(
            "One word a line. Whoever submits a page with one of them has to confirm that it holds no state secret "
            "and no work secret."
        ),
    )  # fmt: skip

    panels = [FieldPanel("words")]

    class Meta:
        verbose_name = _("words of the secrecy check")

    @property
    def word_list(self) -> list[str]:
        return [word.strip() for word in self.words.splitlines() if word.strip()]
