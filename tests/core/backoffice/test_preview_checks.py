"""The checks of the finished page: Wagtail's, without the meta description."""

import json
import re

import pytest
from django.urls import reverse
from wagtail.admin.userbar import ContentCheckerItem

from tests.factories import CoursePageFactory, UserFactory

pytestmark = pytest.mark.django_db
CONFIGURATION = re.compile(r'<script id="checker-axe-configuration" type="application/json">(.*?)</script>')


def test_the_editor_asks_for_everything_but_the_meta_description(client):
    client.force_login(UserFactory(superuser=True))
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[CoursePageFactory().pk])).text
    asked = json.loads(CONFIGURATION.search(shown)[1])["options"]["runOnly"]
    assert asked == [rule for rule in ContentCheckerItem.axe_run_only if rule != "empty-meta-description"]
    assert "heading-order" in asked
