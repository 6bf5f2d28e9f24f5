"""What the platform changes in Wagtail's admin for every app. It only registers."""

from typing import Any

from wagtail import hooks

from core.backoffice import admin_scripts, calendar, preview_checks, search_terms, secrecy, site_history
from core.backoffice.statutes import statute_version_chooser, statute_viewset

admin_scripts.render_choosers_without_script()
site_history.guard()
search_terms.guard()
hooks.register("insert_global_admin_js", admin_scripts.global_script)
hooks.register("insert_global_admin_css", admin_scripts.global_styles)
hooks.register("before_publish_page", secrecy.refuse_publishing)
hooks.register("before_bulk_action", secrecy.refuse_bulk_publishing)
hooks.register("construct_wagtail_userbar", preview_checks.use_own_checks)
hooks.register("register_log_actions", calendar.register_log_actions)
hooks.register("register_log_actions", secrecy.register_log_actions)


@hooks.register("register_admin_viewset")
def statutes() -> Any:
    return [statute_version_chooser, statute_viewset]
