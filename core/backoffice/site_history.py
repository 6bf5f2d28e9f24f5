"""The site history report, for those whose role says so.

Wagtail shows everybody in the admin the entries of every model on which they hold any permission, of all units and
with the names in them. Here the report asks for the permission to view log entries, and then shows all of them.
"""

from typing import Any

from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.wagtail_hooks import SiteHistoryReportMenuItem
from wagtail.models import ModelLogEntry
from wagtail.models.audit_log import BaseLogEntryManager
from wagtail.models.pages import PageLogEntryManager

PERMISSION = "wagtailcore.view_modellogentry"


def _viewable_by_user(self: Any, user: Any) -> Any:
    return self.all() if user.has_perm(PERMISSION) else self.none()


def _is_shown(self: Any, request: Any) -> bool:
    return request.user.has_perm(PERMISSION)  # type: ignore[no-any-return]


def guard() -> None:
    """Put the report behind the permission. Wagtail has no setting for it."""
    LogEntriesView.model = ModelLogEntry
    LogEntriesView.permission_required = "view"
    SiteHistoryReportMenuItem.is_shown = _is_shown
    for manager in (BaseLogEntryManager, PageLogEntryManager):
        manager.viewable_by_user = _viewable_by_user
