"""The vocabulary of course text: what a body may consist of. Templates stand in `core/templates/core/blocks/`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from core.statutes import citation

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]
LEVELS = [("2", _("Section")), ("3", _("Subsection"))]
CALLOUT_KINDS = [("note", _("Note")), ("warning", _("Caution")), ("example", _("Example"))]


class HeadingBlock(blocks.StructBlock):
    """A section heading. The page title is level 1, so sections begin at 2."""

    text = blocks.CharBlock(label=_("Heading"), max_length=80)
    level = blocks.ChoiceBlock(label=_("Level"), choices=LEVELS, default="2", search_index=False)

    class Meta:
        label = _("Heading")
        icon = "title"
        template = "core/blocks/heading.html"
        group = _("Text")


class PictureBlock(blocks.StructBlock):
    """A picture with its caption. An empty alternative text marks it as decoration."""

    image = ImageChooserBlock(label=_("Picture"))
    alt_text = blocks.CharBlock(
        label=_("Alternative text"),
        required=False,
        help_text=_("What the picture tells, for readers who cannot see it. Leave empty if it is only decoration."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=160)

    class Meta:
        label = _("Picture")
        icon = "image"
        template = "core/blocks/picture.html"
        group = _("Media")


class DocumentBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("Material"))
    note = blocks.CharBlock(label=_("Note"), required=False, max_length=160)

    class Meta:
        label = _("Download")
        icon = "doc-full"
        template = "core/blocks/document.html"
        group = _("Media")


class VideoBlock(blocks.StructBlock):
    """A video file of our own (MP4). Nothing is embedded from other hosts."""

    video = DocumentChooserBlock(label=_("Video file (MP4)"))
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    transcript = blocks.TextBlock(
        label=_("Transcript"), required=False, help_text=_("The spoken text, for readers without sound.")
    )

    class Meta:
        label = _("Video")
        icon = "media"
        template = "core/blocks/video.html"
        group = _("Media")


class AudioBlock(blocks.StructBlock):
    """A sound file of our own (MP3)."""

    audio = DocumentChooserBlock(label=_("Sound file (MP3)"))
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    transcript = blocks.TextBlock(
        label=_("Transcript"), required=False, help_text=_("The spoken text, for readers without sound.")
    )

    class Meta:
        label = _("Audio")
        icon = "media"
        template = "core/blocks/audio.html"
        group = _("Media")


class GalleryBlock(blocks.StructBlock):
    """Several pictures that belong together."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=80)
    pictures = blocks.ListBlock(PictureBlock(), label=_("Pictures"), min_num=2, max_num=24)

    class Meta:
        label = _("Picture gallery")
        icon = "image"
        template = "core/blocks/gallery.html"
        group = _("Media")


class StatuteVersionChooserBlock(blocks.ChooserBlock):
    """A version of the register of statutes; all versions of a page come with one query."""

    target_model = "core.StatuteVersion"

    @cached_property
    def widget(self) -> Any:
        from core.backoffice.statutes import StatuteVersionChooser  # the admin's views load after the models

        return StatuteVersionChooser()

    def bulk_to_python(self, values: list[int | None]) -> list[Any]:
        found = self.model_class.objects.select_related("statute").in_bulk([pk for pk in values if pk])
        return [found.get(pk) for pk in values]

    class Meta:
        icon = "openquote"


class StatuteBlock(blocks.StructBlock):
    """A provision of a law, with the version that was in force when it was quoted.

    `source` names the version in the register of statutes; the site then notices when a newer one comes into force.
    """

    source = StatuteVersionChooserBlock(
        label=_("Version in the register"),
        required=False,
        help_text=_("Choose it if the register has it: you are told when a newer version comes into force."),
    )
    law = blocks.CharBlock(
        label=_("Law"), required=False, max_length=80, help_text=_("If the register does not have it.")
    )
    version = blocks.CharBlock(
        label=_("Version"), required=False, max_length=40, help_text=_("For example 2024年修订. Readers see it.")
    )
    article = blocks.CharBlock(label=_("Article"), max_length=40, help_text=_("For example 第三十一条第三项."))
    text = blocks.TextBlock(label=_("Text"))
    paraphrase = blocks.BooleanBlock(label=_("Summary in our words, not a verbatim quotation"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not (cleaned["source"] or cleaned["law"]):
            fault = ValidationError(_("Choose a version in the register, or write the name of the law."))
            raise StructBlockValidationError(block_errors={"law": fault})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        return context | {"cited": citation(value, context.get("request"))}

    class Meta:
        label = _("Statute")
        icon = "openquote"
        template = "core/blocks/statute.html"
        group = _("Text")


class CalloutBlock(blocks.StructBlock):
    """A box that stands out from the text."""

    kind = blocks.ChoiceBlock(label=_("Kind"), choices=CALLOUT_KINDS, default="note", search_index=False)
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=60)
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        label = _("Callout")
        icon = "warning"
        template = "core/blocks/callout.html"
        group = _("Text")


class KeyPointsBlock(blocks.StructBlock):
    """What to take away from the lesson."""

    title = blocks.CharBlock(label=_("Title"), default=_("Key points"), max_length=40)
    points = blocks.ListBlock(blocks.CharBlock(label=_("Point"), max_length=200), label=_("Points"), min_num=1)

    class Meta:
        label = _("Key points")
        icon = "list-ul"
        template = "core/blocks/key_points.html"
        group = _("Text")


class TableBlock(blocks.StructBlock):
    """A table of text with a caption; the first row is the header."""

    caption = blocks.CharBlock(label=_("Caption"), max_length=120)
    table = TypedTableBlock([("text", blocks.CharBlock(label=_("Text"), required=False))], label=_("Table"))

    class Meta:
        label = _("Table")
        icon = "table"
        template = "core/blocks/table.html"
        group = _("Text")


class BodyBlock(blocks.StreamBlock):
    """The body of a course, lesson, notice or standard page."""

    heading = HeadingBlock()
    text = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, icon="pilcrow", template="core/blocks/text.html", group=_("Text")
    )
    statute = StatuteBlock()
    callout = CalloutBlock()
    key_points = KeyPointsBlock()
    table = TableBlock()
    image = PictureBlock()
    document = DocumentBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    audio = AudioBlock()

    class Meta:
        template = "core/blocks/body.html"
