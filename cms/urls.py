"""Every address of the site. Wagtail's pages come last: they take what is left."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls

from cms import views
from cms.serving import serve as serve_page
from home.views import api

handler404 = views.not_found
urlpatterns = [
    # Wagtail's own sign-in forms know nothing of the limit on wrong tries.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include(admin_urls)),
    path("documents/", include(document_urls)),
    path("accounts/", include("people.urls")),
    # No token: pages that all visitors share cannot carry one, and it is only a cookie about language that is set.
    path("language/", csrf_exempt(set_language), name="set_language"),
    path("display/", views.display, name="display"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/", api.index, name="api"),
    path("api/v1/", api.root, name="api_v1"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", api.missing, name="api_missing"),
    # Pictures only: documents are served by the view that asks who may read them.
    re_path(r"^media/(?P<path>images/.+)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
    path("", include("courses.urls")),
    path("", include("home.urls")),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
