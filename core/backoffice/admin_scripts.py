"""Wagtail's admin under a policy that forbids inline scripts. The templates' part stands in `core/templates`."""

import json
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets.chooser import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def global_script() -> SafeString:
    """Return the tag of the script that starts what inline scripts would have started."""
    return format_html('<script defer src="{}"></script>', static("core/js/admin.js"))


def global_styles() -> SafeString:
    """Return the tag of the styles that the platform adds."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/css/admin.css"))


def _render(self: BaseChooser, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
    value_data = self.get_value_data(value)
    id_ = attrs["id"]
    return format_html(
        '{}<div hidden data-admin-init="{}" data-admin-for="{}" data-admin-options="{}"></div>',
        self.render_html(name, value_data, attrs),
        "createTaskChooser" if isinstance(self, AdminTaskChooser) else self.js_constructor,
        id_,
        json.dumps(self.get_js_init_options(id_, name, value_data)),
    )


def render_choosers_without_script() -> None:
    """Let every chooser widget carry data attributes instead of an inline script. Wagtail has no setting for it."""
    BaseChooser.render = _render
