"""What this app adds to Wagtail's admin. It only registers."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from home.backoffice import log, menu, panels

for policy in menu.POLICIES:
    register_permission_policy(policy.model, policy)

hooks.register("register_admin_urls", menu.addresses)
hooks.register("register_reports_menu_item", menu.confirmations_item)
hooks.register("register_reports_menu_item", menu.old_citations_item)
hooks.register("register_log_actions", log.register)
hooks.register("construct_homepage_panels", panels.add_panels)
