"""Pictures and materials: Wagtail's images and documents with what this site needs to know of them."""

import secrets
from pathlib import PurePosixPath

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.search import index

NAME_LENGTH = 255


class FileAccess(models.TextChoices):
    """Who may open a file. Visibility is never a secret mark: what is secret must not be on the site at all."""

    BY_PAGES = "by_pages", _("Whoever may read a page that uses it")
    SIGNED_IN = "signed_in", _("Everybody who is signed in")
    PUBLIC = "public", _("Everybody")


def _ending(filename: str | None) -> str:
    return PurePosixPath(filename or "").suffix.lower()


def _silent_name(filename: str) -> str:
    """A name that says nothing but the kind of file, that nobody guesses, and that no second file ever gets."""
    return f"{secrets.token_hex(16)}{_ending(filename)}"


def store_material(material: "Material", filename: str) -> str:
    """Return where a newly uploaded file is kept; the material keeps its name and forgets the text of an older file.

    Django asks this whenever a file is stored, whichever form or command stores it.
    """
    material.original_name = PurePosixPath(filename).name[-NAME_LENGTH:]
    if not material._state.adding:  # noqa: SLF001 - Django's documented name
        material.text, material.text_read_at = "", None
    return f"documents/{_silent_name(filename)}"


class Picture(AbstractImage):
    """An uploaded or drawn picture. `description` is Wagtail's own field for the text that replaces it."""

    credit = models.CharField(_("source or author"), max_length=120, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename: str) -> str:
        """Return where the file is kept. Its renditions are named after it, so they say nothing either."""
        return f"original_images/{_silent_name(filename)}"


class PictureRendition(AbstractRendition):
    """One size of a picture, made on first use."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter")
        ]
        indexes = [models.Index(fields=["file"], name="rendition_by_file")]  # pictures are served by it


class Material(AbstractDocument):
    """An uploaded document, video or sound file. `text` is what a task read out of it, for the search.

    The order of the fields matters: storing a file sets the three that follow it (`store_material`).
    """

    file = models.FileField(_("file"), upload_to=store_material)
    original_name = models.CharField(_("file name"), max_length=NAME_LENGTH, blank=True, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)
    text_read_at = models.DateTimeField(_("text read at"), null=True, blank=True, editable=False)
    access = models.CharField(
        _("who may open it"), max_length=20, choices=FileAccess, default=FileAccess.BY_PAGES,
        help_text=_(
            "The first choice suits most files: a file of a closed lesson then opens for its participants alone, and a "
            "file that no published page uses for editors alone."
        ),
    )  # fmt: skip

    admin_form_fields = (*Document.admin_form_fields, "access")
    search_fields = [*AbstractDocument.search_fields, index.SearchField("text")]

    class Meta(AbstractDocument.Meta):
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def clean(self) -> None:
        """Wagtail's check of the kind of file; a file that the form refused already needs no second sentence."""
        if self.file:
            super().clean()

    @property
    def filename(self) -> str:
        """The name with which the file was uploaded."""
        return self.original_name or PurePosixPath(self.file.name or "").name

    @property
    def file_extension(self) -> str:
        return _ending(self.file.name)[1:]

    @property
    def download_name(self) -> str:
        """The name under which a reader's computer keeps the file: its title, which editors keep clear."""
        title = self.title.strip()
        ending = _ending(self.file.name)
        return title if title.lower().endswith(ending) else f"{title}{ending}"

    @property
    def url(self) -> str:
        """The address of the file. It says neither its title nor its name: addresses stand in logs and histories."""
        return reverse("wagtaildocs_serve", args=[self.pk, f"file{_ending(self.file.name)}"])

    def get_file_size(self) -> int | None:
        """The size in bytes; None if the file is gone. Reading never writes, unlike with Wagtail."""
        known: int | None = self.file_size
        try:
            return self.file.size if known is None else known
        except OSError:
            return None
