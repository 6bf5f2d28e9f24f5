"""Reports. Wagtail's own base shows every row to anybody in the admin unless a subclass remembers not to."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from wagtail.admin.views.reports import ReportView

from core.backoffice.scope import ScopedListMixin


class GuardedReportView(ScopedListMixin, ReportView):
    """A report that does not load without `model` and `permission_required`, and shows only rows in scope.

    `permission_required` is an action on the model, such as "view". Narrow the rows further in `get_base_queryset`,
    starting from super(). `class Base(GuardedReportView, abstract=True)` leaves the two to its subclasses.
    """

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        if not (cls.model and cls.permission_required):
            raise ImproperlyConfigured(f"{cls.__name__} needs `model` and `permission_required`.")
