"""The admin's own listing of files and pictures, for scripts of the admin: everybody sees there what he may open.

Wagtail shows all of them, and finds them by the words inside, to whoever may enter the admin at all.
"""

from __future__ import annotations

from typing import Any

from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet

from courses.permissions import readable_materials, readable_pictures


class ReadableMaterials(DocumentsAdminAPIViewSet):
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(pk__in=readable_materials(self.request.user).values("pk"))


class ReadablePictures(ImagesAdminAPIViewSet):
    def get_queryset(self) -> Any:
        return super().get_queryset().filter(pk__in=readable_pictures(self.request.user).values("pk"))


def narrow(router: Any) -> None:
    """Hook on the admin's API, after Wagtail has registered its own endpoints."""
    router.register_endpoint("documents", ReadableMaterials)
    router.register_endpoint("images", ReadablePictures)
