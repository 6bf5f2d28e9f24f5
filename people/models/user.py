"""The person who signs in, learns, teaches, edits."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from people.models.membership import Membership
from people.models.profession import Profession
from people.pinyin import clean_name, name_initials, name_pinyin, name_readings

if TYPE_CHECKING:
    from people.models.unit import Unit


class UserQuerySet(models.QuerySet["User"]):
    def with_unit(self) -> UserQuerySet:
        """Prefetch what `User.unit` needs: one more query however many rows."""
        current = Membership.objects.current().select_related("unit")
        return self.prefetch_related(models.Prefetch("memberships", current, to_attr="current_memberships"))

    def in_units(self, unit_ids: set[int]) -> UserQuerySet:
        """People who belong to one of these units today."""
        return self.filter(pk__in=Membership.objects.current().filter(unit__in=unit_ids).values("person"))


class PersonManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # a class made at run time
    pass


class User(index.Indexed, AbstractUser):
    """A member of staff. Signs in with the user name, the work number or the e-mail address.

    The name is one field: not every name has a surname. No ID-card number and no date of birth are kept.
    """

    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(
        _("pinyin"),
        max_length=120,
        blank=True,
        help_text=_("Filled in from the name; correct it if it is read otherwise."),
    )
    initials = models.CharField(_("initials"), max_length=20, blank=True, editable=False)
    work_number = models.CharField(_("work number"), max_length=30, null=True, blank=True, unique=True)
    licence_number = models.CharField(_("licence number"), max_length=30, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=20, blank=True)
    title = models.CharField(_("post"), max_length=40, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    professions = models.ManyToManyField(Profession, blank=True, related_name="people", verbose_name=_("professions"))

    objects = PersonManager()  # type: ignore[misc]  # Django declares it for the class

    REQUIRED_FIELDS = ["name"]

    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("pinyin"),
        index.SearchField("initials"),
        index.SearchField("work_number"),
        index.SearchField("username"),
        index.AutocompleteField("name"),
        index.AutocompleteField("name_readings"),
        index.AutocompleteField("work_number"),
        index.FilterField("is_active"),
        index.FilterField("is_superuser"),
        index.FilterField("last_login"),
        index.RelatedFields("groups", [index.FilterField("id")]),
    ]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("pinyin", "username")
        permissions = [
            ("see_all_units", _("Can see the rows of every unit")),
            ("appoint_people", _("Can give other people any role")),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="one_account_per_email",
                violation_error_message=_("Another person has this e-mail address already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_reading()
        super().save(*args, **kwargs)

    def fill_reading(self) -> None:
        """Clean the name and derive pinyin and initials; pinyin that someone corrected by hand stays."""
        self.name = clean_name(self.name)
        self.pinyin = self.pinyin or name_pinyin(self.name)
        self.initials = name_initials(self.name)[:20]
        self.work_number = self.work_number or None

    @property
    def name_readings(self) -> str:
        """For the search: 单志刚 is found by shanzhigang, shan zhigang, zhigang and szg."""
        return name_readings(self.name, self.pinyin)

    @property
    def first_name(self) -> str:  # type: ignore[override]  # no field here; the admin's side bar asks for it
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def unit(self) -> Unit | None:
        """The unit that the person belongs to today; without a query after `with_unit()`."""
        if hasattr(self, "current_memberships"):
            return self.current_memberships[0].unit if self.current_memberships else None
        return self.unit_on(timezone.localdate())

    def unit_on(self, day: datetime.date) -> Unit | None:
        """The unit that the person belonged to on that day."""
        membership = self.memberships.current(day).select_related("unit").first()
        return membership.unit if membership else None
