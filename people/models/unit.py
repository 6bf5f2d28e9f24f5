"""The unit tree: the bureau, its sections and judicial offices, and the bodies that it looks after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from people.enums import LeaveDecider, UnitType


class UnitQuerySet(models.QuerySet["Unit"]):
    def with_descendants(self, roots: Iterable[int]) -> set[int]:
        """Return the ids of the given units and of everything below them. One query; trees here are small."""
        children: dict[int | None, list[int]] = defaultdict(list)
        for pk, parent_id in self.model.objects.values_list("pk", "parent_id"):
            children[parent_id].append(pk)
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting += children[pk]
        return found

    def with_ancestors(self, unit: Unit) -> list[int]:
        """Return the ids of the unit and of every unit above it, from the bottom up. One query."""
        parents = dict(self.model.objects.values_list("pk", "parent_id"))
        chain: list[int] = []
        at: int | None = unit.pk
        while at is not None and at not in chain:
            chain.append(at)
            at = parents.get(at)
        return chain


class Unit(models.Model):
    """A unit (单位) of the bureau or under its care. Short names are aliases that imports accept."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, unique=True)
    type = models.CharField(_("type"), max_length=30, choices=UnitType)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    leave_decided_by = models.CharField(
        _("who decides on leave"), max_length=20, choices=LeaveDecider, default=LeaveDecider.UNIT
    )
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("position", "name")
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="unit_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A unit cannot belong to itself or to a unit below it.")})
            above = above.parent
