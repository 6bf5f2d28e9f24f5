"""Signing in by user name, work number or e-mail address; accounts are made by the office, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

WRONG = _("The account or the password is not right. Please check both and try again.")


def account_for(login: str) -> Any:
    """Return the account that somebody means: by user name, else by work number, else by e-mail address; or None."""
    holder = get_user_by_username(login) or get_user_model().objects.filter(work_number__iexact=login).first()
    return holder or next(iter(filter_users_by_email(login, for_login=True)), None)


class WorkNumberBackend(AuthenticationBackend):
    """allauth's backend, which also knows work numbers. Both ways check the same password in the same time."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        person = super()._authenticate_by_username(username, password)
        if person is not None or not username:
            return person
        holder = get_user_model().objects.filter(work_number__iexact=username).first()
        return self._check_password(holder, password) if holder else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """What the person and the person's groups may do, in one query where Django asks two."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        known = user_obj.__dict__
        if "_perm_cache" not in known:  # where Django's own backend keeps them
            known["_perm_cache"] = _permissions_of(user_obj)
        return known["_perm_cache"]  # type: ignore[no-any-return]


def _permissions_of(user: Any) -> set[str]:
    permissions = Permission.objects.all()
    if not user.is_superuser:
        permissions = permissions.filter(Q(user=user) | Q(group__in=user.groups.values("pk")))
    return {f"{app}.{name}" for app, name in permissions.values_list("content_type__app_label", "codename")}


class AccountAdapter(DefaultAccountAdapter):
    """No self-made accounts; one count of wrong tries per account, whichever name was typed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": _(
            "Too many wrong tries. Please wait 15 minutes, or ask the training office for a new password."
        ),
        "enter_current_password": _("The current password is not right."),
        "invalid_password_reset": _("This link is no longer valid. Please ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account has three names; five tries are five tries, not fifteen."""
        login = str(credentials.get("username") or credentials.get("email") or "").strip().lower()
        holder = account_for(login) if login else None
        return f"account:{holder.pk}" if holder else f"unknown:{login}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def format_email_subject(self, subject: str) -> str:
        return f"【{settings.SITE_NAME}】{subject}"
