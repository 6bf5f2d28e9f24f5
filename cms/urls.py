"""Every address of the site. Wagtail's pages come last: they take what is left."""

from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents.views.serve import authenticate_with_password

from cms import views
from cms.serving import serve as serve_page
from courses.views import materials, pictures
from home.views import api

handler404 = views.not_found
urlpatterns = [
    # Wagtail's own sign-in forms know nothing of the limit on wrong tries.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include(admin_urls)),
    # Wagtail's own addresses of documents, with a view that answers for parts of a file too.
    re_path(r"^documents/(\d+)/(.*)$", materials.serve, name="wagtaildocs_serve"),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
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
    # Renditions of pictures only; nothing else of the media folder has an address.
    re_path(r"^media/(?P<path>images/.+)$", pictures.serve, name="media"),
    path("my/messages/", include("messaging.urls")),
    path("", include("courses.urls")),
    path("", include("home.urls")),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
