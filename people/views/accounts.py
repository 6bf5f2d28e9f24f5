"""Signing in: allauth's views, with what our admin needs of them."""

from allauth.account.views import LoginView
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.views.generic import TemplateView


class SignInView(LoginView):
    """Somebody signed in whom the admin sent here has no access to it; sending him back would never end."""

    def get_authenticated_redirect_url(self) -> str:
        wanted: str = super().get_authenticated_redirect_url()
        barred = not self.request.user.has_perm("wagtailadmin.access_admin")
        if barred and wanted.startswith(reverse("wagtailadmin_home")):
            return resolve_url(settings.LOGIN_REDIRECT_URL)
        return wanted


class NoSignUpView(TemplateView):
    """Accounts are made by the office; this says so to whoever looks for a form."""

    template_name = "account/signup_closed.html"
    http_method_names = ["get", "head"]
