"""Kinds of things that the search finds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """What a result is, as a reader would call it."""

    COURSE = "course", _("course")
    LESSON = "lesson", _("lesson")
    CHANNEL = "channel", _("channel")
    NOTICE = "notice", _("notice")
    PAGE = "page", pgettext_lazy("kind of result", "page")
    MATERIAL = "material", _("material")
    PERSON = "person", _("person")
