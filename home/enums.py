"""Kinds of things that the search finds, and kinds of notices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    """What a result is, as a reader would call it."""

    COURSE = "course", _("course")
    LESSON = "lesson", _("lesson")
    CHANNEL = "channel", _("channel")
    NOTICE = "notice", _("notice")
    TRAINER = "trainer", _("trainer")
    PAGE = "page", _("web page")
    MATERIAL = "material", _("material")
    PERSON = "person", _("person")


class NoticeCategory(TextChoices):
    """What a notice is, in the words of the office."""

    NOTICE = "notice", pgettext_lazy("kind of notice", "Notice")
    CIRCULAR = "circular", _("Circular")
    ANNOUNCEMENT = "announcement", _("Announcement")
    RULES = "rules", _("Rules and procedures")
    NEWS = "news", _("News of training")
