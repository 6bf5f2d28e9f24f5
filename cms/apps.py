"""The project itself: the frame of every page and the design system. It has no models and nobody imports it."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
