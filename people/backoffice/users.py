"""Wagtail's user screens for our user model."""

from wagtail.users.views.users import UserViewSet


class PersonViewSet(UserViewSet):
    """People."""
