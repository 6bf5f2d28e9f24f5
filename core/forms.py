"""The form behind every upload of a picture."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image
from wagtail.images.forms import BaseImageForm


class PictureForm(BaseImageForm):
    """Wagtail's form, which first reads an uploaded picture to its end.

    A file that is cut off passes Django's look at its head; Wagtail's own field then fails on it with an error page.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:  # the form after a batch upload asks for titles alone
            field = self.fields["file"]
            field.to_python = _reading_first(field.to_python)


def _reading_first(check_head: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def check_all(upload: Any) -> Any:
        if upload:
            read_to_the_end(upload)
        return check_head(upload)

    return check_all


def read_to_the_end(upload: Any) -> None:
    """Raise ValidationError if the file is no picture or a damaged one; leave it at its beginning."""
    upload.seek(0)
    try:
        with Image.open(upload) as picture:
            if picture.width * picture.height <= settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                picture.load()  # larger ones the field refuses by their head alone
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise forms.ValidationError(
            _("This picture is damaged or incomplete. Please save it anew and upload it again.")
        ) from None
    finally:
        upload.seek(0)
