"""The forms behind every upload of a picture or a material."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from core.photos import without_place
from core.uploads import check_material

Clean = Callable[[Any], Any]


class PictureForm(BaseImageForm):
    """Wagtail's form, which first reads an uploaded picture to its end and forgets where it was taken.

    A file that is cut off passes Django's look at its head; Wagtail's own field then fails on it with an error page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:  # the form after a batch upload asks for titles alone
            warn_of_secrets(self.fields["file"])
            field = self.fields["file"]
            field.to_python = _reading_first(field.to_python)


class MaterialForm(BaseDocumentForm):
    """Wagtail's form, which looks whether the content of a file is what its name says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            field = self.fields["file"]
            endings = {"endings": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)}
            field.help_text = format_html("{} {}", field.help_text, _("Kinds of files: %(endings)s.") % endings)
            warn_of_secrets(field)
            field.to_python = _looking_inside(field.to_python)
        if "access" in self.fields:  # a batch upload does not ask; whoever does not say leaves it as it is
            self.fields["access"].required = False

    def clean_access(self) -> str:
        return self.cleaned_data["access"] or self.instance.access


def warn_of_secrets(field: Any) -> None:
    """Put the warning of secrets above the limits of the field: wherever one uploads, this field is shown."""
    field.help_text = format_html(
        '<strong class="upload-warning">{}</strong> {}',
        _(
            "This platform is not for classified material: never upload files that hold state secrets, work secrets "
            "or internal matters that are not to be made public."
        ),
        field.help_text,
    )


def _reading_first(check_head: Clean) -> Clean:
    def check_all(upload: Any) -> Any:
        return check_head(read_to_the_end(upload) if upload else upload)

    return check_all


def _looking_inside(check_size: Clean) -> Clean:
    def check_all(data: Any) -> Any:
        upload = check_size(data)
        if upload is not None:
            check_material(upload)
        return upload

    return check_all


def read_to_the_end(upload: Any) -> Any:
    """Return the picture, at its beginning and without its place. Raises ValidationError if it is none or damaged."""
    upload.seek(0)
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                return upload  # the field refuses it by its head alone
            picture.load()
        return without_place(upload)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise forms.ValidationError(
            _("This picture is damaged or incomplete. Please save it anew and upload it again.")
        ) from None
    finally:
        upload.seek(0)
