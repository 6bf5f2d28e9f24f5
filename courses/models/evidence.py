"""Files that prove something: the scanned sign-in sheet, a doctor's note."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.session import ClassSession


def store_evidence(row: EvidenceFile, filename: str) -> str:
    """Return where the file is kept: the address says nothing about it."""
    return f"evidence/{secrets.token_hex(16)}{PurePosixPath(filename).suffix.lower()[:8]}"


class EvidenceFile(models.Model):
    """One uploaded file, served only by a view that checks who asks. `digest` is its SHA-256."""

    session = models.ForeignKey(ClassSession, models.PROTECT, null=True, blank=True, related_name="scans")
    file = models.FileField(_("file"), upload_to=store_evidence)
    name = models.CharField(_("file name"), max_length=120)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ("at",)

    def __str__(self) -> str:
        return self.name
