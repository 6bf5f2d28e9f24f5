"""The form in which the office keeps an account."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.users.forms import UserForm

from people.models import Profession, Unit, User
from people.permissions import grantable_roles, units_open_to

FIELDS: tuple[str, ...] = (
    "username",
    "name",
    "pinyin",
    "work_number",
    "title",
    "email",
    "phone",
    "licence_number",
    "joined_on",
    "professions",
    "groups",
    "is_superuser",
)


class PersonForm(UserForm):
    """Wagtail's form with one name field, the unit, and only the roles that the editing person `by` may give.

    It validates; `people.services.people.save_person` decides and writes.
    """

    first_name = None
    last_name = None
    email = forms.EmailField(
        required=False, label=_("E-mail"), help_text=_("Optional. A forgotten password can then be reset by mail.")
    )
    professions = forms.ModelMultipleChoiceField(
        Profession.objects.all(), required=False, label=_("Professions"), widget=forms.CheckboxSelectMultiple
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), required=False, label=_("Roles"), widget=forms.CheckboxSelectMultiple
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), required=False, label=_("Unit"))
    unit_from = forms.DateField(
        required=False,
        label=_("In this unit from"),
        help_text=_("Counts when the unit changes: the person leaves the former unit on the day before."),
        widget=AdminDateInput,
    )

    class Meta:
        model = User
        fields = FIELDS
        widgets = {"joined_on": AdminDateInput}

    def __init__(self, *args: Any, by: User, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.present_unit = self.instance.unit if self.instance.pk else None
        self._offer_units()
        self._offer_roles()
        self.fields["is_superuser"].disabled = editing_self or not by.is_superuser
        if editing_self:
            self._lock("is_active")
            if not by.is_superuser:
                self._lock("groups")

    def _lock(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].disabled = True

    def _offer_units(self) -> None:
        standing = units_open_to(self.by).filter(dissolved_on__isnull=True)
        present = Unit.objects.filter(pk=self.present_unit.pk) if self.present_unit else Unit.objects.none()
        self.fields["unit"].queryset = standing | present
        self.fields["unit"].required = not self.instance.pk and not self.by.is_superuser
        self.initial.setdefault("unit", self.present_unit)
        self.initial.setdefault("unit_from", timezone.localdate())

    def _offer_roles(self) -> None:
        offered = grantable_roles(self.by)
        if self.instance.pk == self.by.pk and not self.by.is_superuser:
            offered = self.instance.groups.all()
        self.fields["groups"].queryset = offered.order_by("pk")

    @cached_property
    def roles(self) -> set[Group]:
        """The roles that the person shall have: the chosen ones and those that were not on offer."""
        present = set(self.instance.groups.all()) if self.instance.pk else set()
        return set(self.cleaned_data["groups"]) | (present - set(self.fields["groups"].queryset))


class PersonEditForm(PersonForm):
    password_required = False

    class Meta(PersonForm.Meta):
        fields = (*FIELDS, "is_active")
