"""What the platform changes in Wagtail's admin for every app. It only registers."""

from wagtail import hooks

from core.backoffice import admin_scripts, site_history

admin_scripts.render_choosers_without_script()
site_history.guard()
hooks.register("insert_global_admin_js", admin_scripts.global_script)
