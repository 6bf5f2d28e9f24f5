"""Parts of the page editor that know of units and people. Page types of the apps above use them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Page

from people.models import PageReader


class CirclePanel(FieldPanel):
    """Unit or person, searched by name."""

    def get_form_options(self) -> dict[str, Any]:
        from people.backoffice.choosers import CIRCLE_CHOOSERS  # the admin's views load after the models

        options: dict[str, Any] = super().get_form_options()
        options["widgets"] = {self.field_name: CIRCLE_CHOOSERS[self.field_name]}
        return options


class CircleForm(WagtailAdminModelForm):
    """A row that somebody added counts even if nothing in it was touched: the first choice is a choice too.

    Django would take it for an empty row and leave it out, and the page would stay public.
    """

    def has_changed(self) -> bool:
        return True


class ReadersPanel(InlinePanel):
    """Who may read (阅读范围): the circles, and in words what they come to."""

    def __init__(self, **kwargs: Any) -> None:
        fields = FieldRowPanel([FieldPanel("scope"), CirclePanel("unit"), CirclePanel("person")])
        settled = {
            "relation_name": "readers",
            "panels": [fields],
            "heading": gettext_lazy("Who may read"),
            "label": gettext_lazy("circle of readers"),
            "icon": "view",
        }
        super().__init__(**settled | kwargs)

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = CircleForm
        return options

    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, *, form: Any = None, **kwargs: Any) -> None:
            if hasattr(form, "untouched_circles"):
                form.formsets.setdefault("readers", form.untouched_circles)
            super().__init__(form=form, **kwargs)
            if self.form is not None:
                self.help_text = " ".join([_present(self.instance), *_from_above(self.instance, self.request)])


def _present(page: Any) -> str:
    circles = [str(circle) for circle in page.readers.all()]
    if not circles:
        return _("Now: public, everybody may read it. Add a circle if it is not for everybody.")
    return _("Now only for: %(circles)s. Take all circles out to make it public.") % {"circles": "、".join(circles)}


def _from_above(page: Any, request: Any) -> list[str]:
    """Say so if a page above is not for everybody; a new page stands below the one in the address."""
    if page.pk:
        above = page.get_ancestors()
    else:
        parent = _parent_of_new(request)
        above = parent.get_ancestors(inclusive=True) if parent else Page.objects.none()
    held = PageReader.objects.filter(page__in=above).select_related("page", "unit", "person")
    titles = sorted({circle.page.title for circle in held})
    if not titles:
        return []
    return [_("Besides, the limits of “%(titles)s” above it hold.") % {"titles": "、".join(titles)}]


def _parent_of_new(request: Any) -> Page | None:
    match = getattr(request, "resolver_match", None)
    pk = match.kwargs.get("parent_page_id") or (match.args[2] if len(match.args) == 3 else None) if match else None
    return Page.objects.filter(pk=pk).first() if pk else None
