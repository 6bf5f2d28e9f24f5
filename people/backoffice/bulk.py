"""Bulk actions on people. Wagtail's own ask for a permission on the model only; these ask for every row."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.permissions import policy_registry
from wagtail.users.views import bulk_actions

from core.backoffice.scope import visible_rows
from people.models import User
from people.permissions import grantable_roles
from people.selectors.people import matching
from people.services.people import give_role, set_active


class Scoped:
    """Acts on rows in scope only, also when "all" are chosen."""

    row_action = "change"

    def check_perm(self, obj: User) -> bool:
        policy = policy_registry.get_by_type(User)
        return policy.user_has_permission_for_instance(self.request.user, self.row_action, obj)  # type: ignore[attr-defined,no-any-return]

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        people = visible_rows(User, self.request.user, (self.row_action,))  # type: ignore[attr-defined]
        return matching(people, self.request.GET.get("q", "")).values_list("pk", flat=True)  # type: ignore[attr-defined]

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "by": self.request.user}  # type: ignore[misc,attr-defined]


class RoleForm(forms.Form):
    role = forms.ModelChoiceField(Group.objects.none(), label=_("Role"))


class AssignRole(Scoped, bulk_actions.AssignRoleBulkAction):
    form_class = RoleForm

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        form.fields["role"].queryset = grantable_roles(self.request.user)
        return form

    def check_perm(self, obj: User) -> bool:
        return super().check_perm(obj) and (self.request.user.is_superuser or obj.pk != self.request.user.pk)

    @classmethod
    def execute_action(cls, objects: Iterable[User], role: Group, by: User, **kwargs: Any) -> tuple[int, int]:
        return give_role(people=objects, role=role, by=by), 0


class SetActiveState(Scoped, bulk_actions.SetActiveStateBulkAction):
    @classmethod
    def execute_action(cls, objects: Iterable[User], mark_as_active: bool, by: User, **kwargs: Any) -> tuple[int, int]:
        return set_active(people=objects, is_active=mark_as_active, by=by), 0


class Delete(Scoped, bulk_actions.DeleteBulkAction):
    row_action = "delete"

    def check_perm(self, obj: User) -> bool:
        return bulk_actions.DeleteBulkAction.check_perm(self, obj) and super().check_perm(obj)


ACTIONS = (AssignRole, SetActiveState, Delete)
