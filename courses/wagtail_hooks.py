"""What this app adds to Wagtail's admin. It only registers."""

from wagtail import hooks
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.permissions import register_permission_policy

from courses.backoffice import course_pages, dashboard, deletion, log
from courses.backoffice.menu import POLICIES, TrainingGroup
from courses.models import AttendanceRules
from courses.views.materials import refuse_closed_material

for policy in POLICIES:
    register_permission_policy(policy.model, policy)

settings_registry.register(AttendanceRules, icon="tick")
course_pages.add_runs_tab()
hooks.register("register_page_header_buttons", course_pages.header_buttons)
hooks.register("register_page_listing_more_buttons", course_pages.listing_buttons)
hooks.register("construct_homepage_panels", dashboard.add_to_do)
hooks.register("register_log_actions", log.register)
hooks.register("before_serve_document", refuse_closed_material)
hooks.register("before_delete_page", deletion.refuse_deletion)
hooks.register("before_bulk_action", deletion.refuse_bulk_deletion)


@hooks.register("register_admin_viewset")
def training_group() -> TrainingGroup:
    return TrainingGroup()
