"""Signing in by user name, work number or e-mail address; accounts are made by the office, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model
from django.http import HttpRequest


class WorkNumberBackend(AuthenticationBackend):
    """allauth's backend, which also knows work numbers. Both ways check the same password in the same time."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        person = super()._authenticate_by_username(username, password)
        if person is not None or not username:
            return person
        holder = get_user_model().objects.filter(work_number__iexact=username).first()
        return self._check_password(holder, password) if holder else None


class AccountAdapter(DefaultAccountAdapter):
    """No self-made accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
