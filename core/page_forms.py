"""The form of our pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from core.addresses import ascii_slug, free_slug, is_free
from core.secrecy import Hit, unconfirmed

SENDING = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")


class SitePageForm(WagtailAdminPageForm):
    """An address left empty is made from the title, which the browser cannot do for Chinese.

    A page with words of the secrecy check is not sent on before the person has answered; everything typed stays.
    """

    secrecy_confirmed = forms.BooleanField(
        required=False,
        label=gettext_lazy("I have checked it: it holds no state secret and no work secret."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        self._leave_circles_alone()

    def _leave_circles_alone(self) -> None:
        """A request that says nothing of the circles of readers leaves them as they are."""
        circles = self.formsets.get("readers")
        if circles is not None and self.is_bound and f"{circles.prefix}-TOTAL_FORMS" not in self.data:
            del self.formsets["readers"]
            self.untouched_circles = type(circles)(instance=self.instance, prefix=circles.prefix)  # for the screen

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

    def _post_clean(self) -> None:
        """Look at the page as it would be sent on, once Django has written the fields into it."""
        super()._post_clean()
        if any(self.data.get(name) for name in SENDING):
            self._ask(unconfirmed(self.instance))

    def _ask(self, found: list[Hit]) -> None:
        if not found:
            return
        if self.cleaned_data.get("secrecy_confirmed"):
            self.instance.secrecy_answer = found
        else:
            self.add_error("secrecy_confirmed", _("Please check the places below and confirm, or change the text."))


class SiteCopyForm(CopyForm):
    """Offers an address that is free. There are no aliases: an alias would go public without a review of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        self.fields["new_slug"].initial = free_slug(self.page.slug, self.page.get_parent(), None)
