"""What this app adds to Wagtail's admin. It only registers."""

from wagtail import hooks

from courses.backoffice import log

hooks.register("register_log_actions", log.register)
