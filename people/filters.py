"""What the list of people can be narrowed by."""

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser, Group
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry
from wagtail.users.views.users import UserFilterSet

from people.models import Profession, Unit, User
from people.permissions import units_open_to


def _units(request: HttpRequest | None) -> QuerySet[Unit]:
    return units_open_to(request.user) if request else Unit.objects.none()


def _roles(request: HttpRequest | None) -> QuerySet[Group]:
    """The roles of the people whom one sees: the names of the others may tell of channels that are closed to one."""
    people = policy_registry.get_by_type(User).instances_user_has_any_permission_for(
        request.user if request else AnonymousUser(), ["view"]
    )
    return Group.objects.filter(user__in=people).distinct()


class PersonFilterSet(UserFilterSet):
    """By unit with everything below it, profession, role and state of the account."""

    unit = django_filters.ModelChoiceFilter(label=_("Unit"), queryset=_units, method="filter_unit")
    professions = django_filters.ModelMultipleChoiceFilter(
        label=_("Profession"), queryset=Profession.objects.all(), widget=CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].label = _("Role")
        self.filters["group"].queryset = _roles
        del self.filters["last_login"]

    def filter_unit(self, queryset: QuerySet[User], name: str, unit: Unit) -> QuerySet[User]:
        return queryset.in_units(Unit.objects.with_descendants([unit.pk]))  # type: ignore[attr-defined,no-any-return]
