"""What this app adds to Wagtail's admin. It only registers."""

from django.urls import include, path
from wagtail import hooks
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.models import WorkflowState
from wagtail.permissions import register_permission_policy

from courses.backoffice import (
    attendance_report,
    copying,
    course_pages,
    dashboard,
    deletion,
    drafts,
    log,
    media_api,
    review,
    review_panel,
    run_tables,
)
from courses.backoffice.menu import POLICIES, TrainingGroup, totals_item
from courses.backoffice.review_policy import ReviewPolicy
from courses.models import AttendanceRules
from courses.views.app import sign_out_script
from courses.views.materials import refuse_closed_material

for policy in POLICIES:
    register_permission_policy(policy.model, policy)

register_permission_policy(WorkflowState, ReviewPolicy(WorkflowState))
settings_registry.register(AttendanceRules, icon="tick")
course_pages.add_runs_tab()
copying.guard()
drafts.guard()
review_panel.open_history()
review_panel.send_no_mail()
hooks.register("insert_global_admin_js", sign_out_script)
hooks.register("register_page_header_buttons", course_pages.header_buttons)
hooks.register("register_page_listing_more_buttons", course_pages.listing_buttons)
hooks.register("construct_homepage_panels", dashboard.add_to_do)
hooks.register("construct_homepage_panels", review_panel.show_what_waits)
hooks.register("register_reports_menu_item", review.menu_item)
hooks.register("register_reports_menu_item", totals_item)
hooks.register("register_admin_urls", lambda: [path("", include((run_tables.urlpatterns, "run_tables")))])
hooks.register(
    "register_admin_urls",
    lambda: [path("attendance-totals/", include((attendance_report.urlpatterns, "attendance_totals")))],
)
hooks.register("register_log_actions", log.register)
hooks.register("before_serve_document", refuse_closed_material)
hooks.register("construct_admin_api", media_api.narrow, order=100)
hooks.register("construct_page_chooser_queryset", drafts.choosable)
hooks.register("construct_explorer_page_queryset", drafts.explorable)
hooks.register("before_copy_page", copying.refuse_copying)
hooks.register("before_delete_page", deletion.refuse_deletion)
hooks.register("before_bulk_action", deletion.refuse_bulk_deletion)


@hooks.register("register_admin_viewset")
def training_group() -> TrainingGroup:
    return TrainingGroup()


@hooks.register("register_admin_viewset")
def reviews() -> review.ReviewViewSet:
    return review.ReviewViewSet()
