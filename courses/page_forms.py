"""The forms of course pages: what a new course begins with, what a copy needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm

from core.addresses import free_slug
from core.page_forms import SitePageForm
from courses.codes import LENGTH, next_code
from courses.enums import Requirement


class CoursePageForm(SitePageForm):
    """A new course is elective until somebody says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "requirement" in self.fields:
            self.initial["requirement"] = self.initial.get("requirement") or Requirement.ELECTIVE


class CourseCopyForm(CopyForm):
    """Offers an address and a code that are free. A course is copied for good: an alias would share its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        course = self.page.specific
        self.fields["new_slug"].initial = free_slug(self.page.slug, self.page.get_parent(), None)
        self.fields["new_code"] = forms.CharField(
            label=_("New course code"), max_length=LENGTH, initial=next_code(type(course).objects, course.code)
        )
        self.order_fields(["new_title", "new_code"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        course, code = self.page.specific, data.get("new_code")
        if code and type(course).objects.filter(code=code).exists():
            self.add_error("new_code", _("Another course has this code already."))
        course.code_of_copy = code  # read by `courses.backoffice.copying`
        return data
