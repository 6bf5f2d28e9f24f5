"""A table that somebody uploads: read, looked at, confirmed, for a day undone. Courses use it for their lists too."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.enums import ImportStatus, RowResult
from people.models.unit import Unit

KEPT = datetime.timedelta(hours=24)  # an import may be confirmed, and undone, for that long; then its rows go


class ImportBatch(models.Model):
    """One upload. `kind` names what it is a table of (`people.services.imports.kinds`).

    `context` is what the kind needs to know of where the table belongs, such as a class; `about` is what was found out
    about the file: {"sheet", "others", "not_stored", "unread", "has_remarks"}; `counts` holds the number of rows by
    result.
    """

    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("uploaded by")
    )
    context = models.JSONField(default=dict, blank=True)
    about = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    fault = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True, db_default=Now())
    touched_at = models.DateTimeField(default=timezone.now, db_default=Now())
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """True while a task works, or will work, on it."""
        return self.status in (ImportStatus.WAITING, ImportStatus.READING, ImportStatus.CONFIRMED)

    @property
    def accepted(self) -> int:
        """How many rows confirming would write."""
        return sum(self.counts.get(result, 0) for result in (RowResult.NEW, RowResult.CHANGED))

    @property
    def can_be_undone(self) -> bool:
        until = self.undo_until()
        return until is not None and timezone.now() < until

    def undo_until(self) -> datetime.datetime | None:
        """The moment from which it can no longer be undone; None if it was not written."""
        return self.done_at + KEPT if self.done_at and self.status == ImportStatus.DONE else None


class ImportFile(models.Model):
    """The uploaded bytes, until they are read. They never lie among the media."""

    batch = models.OneToOneField(ImportBatch, models.CASCADE, related_name="file", primary_key=True)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("uploaded table")
        verbose_name_plural = _("uploaded tables")

    def __str__(self) -> str:
        return str(self.batch_id)


class ImportRow(models.Model):
    """One row of the table, and what confirming does with it.

    `cells`: {field: [address, text as typed]}; `values`: the cleaned values; `problems`: [{"code", "cell", "params"}];
    `repairs`: codes; `changes`: [{"field", "old", "new"}] as people read them; `candidates`: keys to choose from;
    `choice`: "new", "skip" or one of these keys; `undo`: {"before", "after"} once it is written.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    result = models.CharField(max_length=10, choices=RowResult)
    problems = models.JSONField(default=list)
    repairs = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    choice = models.CharField(max_length=20, blank=True)
    undo = models.JSONField(default=dict)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("batch", "number")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row_per_number")]
        indexes = [models.Index(fields=["batch", "result"], name="import_rows_by_result")]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"
