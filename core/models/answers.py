"""Answers to forms that were sent once already."""

from django.db import models
from django.utils import timezone


class StoredAnswer(models.Model):
    """What a person was answered to one form. The same key again gets the same answer and has no second effect.

    `actor` is the key of the user, not a reference: the row is gone after a day. `digest` says what was sent.
    """

    actor = models.BigIntegerField()
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    location = models.TextField(blank=True)
    notes = models.JSONField(default=list, help_text="What the next page says: [level, text] each.")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.key}"
