"""Pictures and materials: Wagtail's images and documents with what this site needs to know of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.search import index


class FileAccess(models.TextChoices):
    """Who may open a file. Visibility is never a secret mark: what is secret must not be on the site at all."""

    BY_PAGES = "by_pages", _("Whoever may read a page that uses it")
    SIGNED_IN = "signed_in", _("Everybody who is signed in")
    PUBLIC = "public", _("Everybody")


class Picture(AbstractImage):
    """An uploaded or drawn picture. `description` is Wagtail's own field for the text that replaces it."""

    credit = models.CharField(_("source or author"), max_length=120, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class PictureRendition(AbstractRendition):
    """One size of a picture, made on first use."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter")
        ]


class Material(AbstractDocument):
    """An uploaded document, video or sound file. `text` is what a task read out of it, for the search."""

    access = models.CharField(
        _("who may open it"), max_length=20, choices=FileAccess, default=FileAccess.BY_PAGES,
        help_text=_("As long as no published page uses the file, only editors can open it."),
    )  # fmt: skip
    text = models.TextField(_("text"), blank=True, editable=False)
    text_read_at = models.DateTimeField(_("text read at"), null=True, blank=True, editable=False)

    admin_form_fields = (*Document.admin_form_fields, "access")
    search_fields = [*AbstractDocument.search_fields, index.SearchField("text")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("material")
        verbose_name_plural = _("materials")
