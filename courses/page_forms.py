"""The forms of course pages: what a new course begins with, what a copy needs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.page_forms import SiteCopyForm, SitePageForm
from courses.codes import next_code
from courses.enums import Requirement


class CoursePageForm(SitePageForm):
    """A new course is elective until somebody says otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "requirement" in self.fields:
            self.initial["requirement"] = self.initial.get("requirement") or Requirement.ELECTIVE


class CourseCopyForm(SiteCopyForm):
    """Says which code the copy gets; `courses.backoffice.copying` gives it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        course = self.page.specific
        code = next_code(type(course).objects, course.code)
        self.fields["new_title"].help_text = _(
            "The copy gets the course code %(code)s. Its classes and what people have studied stay with the original."
        ) % {"code": code}
