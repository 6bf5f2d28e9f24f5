"""Professions: the kinds of staff for which training differs."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Profession(models.Model):
    """A profession (人员类别). A person may hold several. The yearly hour rules hang on it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40, unique=True)
    name_en = models.CharField(_("English name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = _("profession")
        verbose_name_plural = _("professions")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name
