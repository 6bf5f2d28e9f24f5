"""Wagtail's user screens for our user model: one name, units, professions, roles; scoped by unit."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.coreutils import multigetattr
from wagtail.users.views import users

from core.backoffice.scope import ProtectedDeleteMixin, ScopedListMixin, ScopedObjectMixin
from core.backoffice.services import ServiceFormMixin
from core.backoffice.viewsets import ScopedHistoryView, ScopedInspectView, ScopedUsageView
from people.filters import PersonFilterSet
from people.forms.people import PersonEditForm, PersonForm
from people.models import User
from people.selectors.people import matching
from people.services.people import save_person


def role_names(person: User) -> str:
    return "、".join(group.name for group in person.groups.all())


def profession_names(person: User) -> str:
    return "、".join(str(profession) for profession in person.professions.all())


class PersonIndexView(ScopedListMixin, users.IndexView):
    page_title = _("People")
    add_item_label = _("Add a person")
    list_select_related = ("wagtail_userprofile",)
    list_prefetch_related = ("groups", "professions")

    @cached_property
    def columns(self) -> list[Column]:
        name_column = self._get_title_column_class(users.UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column("name", accessor=str, label=_("Full name"), sort_key="pinyin", get_url=self._row_url),
            Column("work_number", label=_("Work number"), sort_key="work_number"),
            Column("unit", label=_("Unit")),
            Column("title", label=_("Post")),
            Column("roles", accessor=role_names, label=_("Roles")),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def _row_url(self, person: User) -> str | None:
        return self.get_edit_url(person) or self.get_inspect_url(person)

    def get_base_queryset(self) -> QuerySet[User]:
        return super().get_base_queryset().with_unit()  # type: ignore[attr-defined,no-any-return]

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.order_by(self.ordering or "pinyin", "username")

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        return matching(queryset, self.search_query) if self.is_searching else queryset

    def to_row_dict(self, item: User) -> dict[str, Any]:
        joined = {"professions": profession_names, "groups": role_names}
        return {
            field: joined[field](item) if field in joined else multigetattr(item, field) for field in self.list_export
        }


class SavesPerson(ServiceFormMixin):
    """What creating and editing share."""

    refusal_fields = {
        "not_your_unit": "unit",
        "already_in_unit": "unit",
        "move_before_joining": "unit_from",
        "role_not_yours": "groups",
    }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}  # type: ignore[misc,attr-defined]

    def save_through_service(self, form: PersonForm) -> User:
        return save_person(
            person=form.save(commit=False),
            by=self.request.user,  # type: ignore[attr-defined]
            professions=form.cleaned_data["professions"],
            roles=form.roles,
            unit=form.cleaned_data["unit"],
            unit_from=form.cleaned_data["unit_from"],
        )


class PersonCreateView(SavesPerson, users.CreateView):
    page_title = _("Add a person")
    success_message = _("%(object)s has been added.")


class PersonEditView(SavesPerson, ScopedObjectMixin, users.EditView):
    row_actions = ("change",)
    success_message = _("%(object)s has been saved.")

    def save_through_service(self, form: PersonForm) -> User:
        person = super().save_through_service(form)
        if self.editing_self and "password1" in form.changed_data:
            update_session_auth_hash(self.request, person)
        return person


class PersonDeleteView(ScopedObjectMixin, ProtectedDeleteMixin, users.DeleteView):
    row_actions = ("delete",)


class PersonInspectView(ScopedInspectView):
    page_title = _("Person")
    field_labels = {"name": _("Full name"), "unit": _("Unit"), "groups": _("Roles"), "is_active": _("Active")}


class PersonViewSet(users.UserViewSet):
    """People. Wagtail registers this in place of its own viewset (see `people.apps`)."""

    menu_label = _("People")
    add_to_settings_menu = False  # it stands in the menu group "People and units"
    ordering = "pinyin"
    template_prefix = "people/users/"
    filterset_class = PersonFilterSet
    inspect_view_enabled = True
    copy_view_enabled = False
    inspect_view_fields = [
        "name", "pinyin", "work_number", "username", "unit", "title", "professions", "groups",
        "email", "phone", "licence_number", "joined_on", "is_active", "last_login",
    ]  # fmt: skip
    list_export = [
        "work_number", "name", "unit", "title", "professions", "groups", "licence_number", "joined_on", "is_active",
    ]  # fmt: skip
    export_headings = {
        "name": _("Full name"),
        "is_active": _("Active"),
        "unit": _("Unit"),
        "professions": _("Professions"),
        "groups": _("Roles"),
    }
    export_filename = "people"

    index_view_class = PersonIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView
    history_view_class = ScopedHistoryView
    inspect_view_class = PersonInspectView
    usage_view_class = ScopedUsageView

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        return PersonEditForm if for_update else PersonForm
