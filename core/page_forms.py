"""The form of our pages."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from core.addresses import ascii_slug, free_slug, is_free


class SitePageForm(WagtailAdminPageForm):
    """An address left empty is made from the title, which the browser cannot do for Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        if "slug" in self.fields and "slug" not in self.errors:
            self._clean_address()
        return super().clean()  # type: ignore[no-any-return]

    def _clean_address(self) -> None:
        slug = self.cleaned_data.get("slug")
        if not slug:
            wanted = ascii_slug(self.cleaned_data.get("title", "")) or "page"
            self.cleaned_data["slug"] = free_slug(wanted, self.parent_page, self.instance)
        elif not is_free(slug, self.parent_page, self.instance):
            self.add_error("slug", _("Another page has this address already. Please choose another one."))
