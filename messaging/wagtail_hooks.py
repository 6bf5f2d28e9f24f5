"""What this app adds to Wagtail's admin. It only registers."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from messaging.backoffice import log, menu
from messaging.models import Delivery
from messaging.permissions import DeliveryPolicy

register_permission_policy(Delivery, DeliveryPolicy())
hooks.register("register_admin_urls", menu.addresses)
hooks.register("register_reports_menu_item", menu.outbox_item)
hooks.register("register_log_actions", log.register)
