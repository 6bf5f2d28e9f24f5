"""Enrolment (报名) and the append-only events that made it what it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from courses.enums import ENDED, HOLDS_SEAT, ON_ROSTER, EnrolmentStatus, Way
from courses.models.run import CourseRun

WAITLISTED = EnrolmentStatus.WAITLISTED


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> EnrolmentQuerySet:
        """Enrolments that still stand: everything but withdrawn and declined."""
        return self.exclude(status__in=ENDED)

    def holding_seat(self) -> EnrolmentQuerySet:
        return self.filter(status__in=HOLDS_SEAT)

    def on_roster(self) -> EnrolmentQuerySet:
        """People whom the register lists."""
        return self.filter(status__in=ON_ROSTER)

    def waiting(self) -> EnrolmentQuerySet:
        """The queue: who goes first by the class's own rule, then first come first."""
        return self.filter(status=WAITLISTED).order_by("rank", "ticket")

    def with_place(self) -> EnrolmentQuerySet:
        """Annotate `place`, the position in the queue, counted from 1; null for those who do not wait."""
        ahead = (
            Enrolment.objects.filter(
                Q(rank__lt=models.OuterRef("rank"))
                | Q(rank=models.OuterRef("rank"), ticket__lte=models.OuterRef("ticket")),
                run=models.OuterRef("run"),
                status=WAITLISTED,
            )
            .order_by()
            .values("run")
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        return self.annotate(
            place=models.Case(models.When(status=WAITLISTED, then=models.Subquery(ahead)), default=None)
        )


class Enrolment(models.Model):
    """One person's sign-up for one run. At most one active per person and run.

    The place in the queue is not stored: `ticket` numbers arrivals and is never changed, the place is counted from
    the tickets before it, so it can have no gap. A seat comes from the open seats, from the quota of a unit, or from
    the reserve, and goes back to where it came from.
    """

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments", verbose_name=_("class"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("unit at sign-up")
    )
    status = models.CharField(_("status"), max_length=20, choices=EnrolmentStatus)
    ticket = models.PositiveIntegerField(_("queue ticket"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text="0 waits before 1; set on arrival from the professions that go first."
    )
    way = models.CharField(_("way in"), max_length=20, choices=Way, default=Way.SELF)
    quota = models.ForeignKey(
        "courses.RunQuota", models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("quota")
    )
    from_reserve = models.BooleanField(_("seat from the reserve"), default=False)
    offer_expires_at = models.DateTimeField(_("offer ends"), null=True, blank=True)
    is_late = models.BooleanField(_("withdrawn late"), default=False)
    nomination = models.ForeignKey(
        "courses.Nomination", models.PROTECT, null=True, blank=True, related_name="enrolments",
        verbose_name=_("nomination"),
    )  # fmt: skip
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("in place of")
    )
    created_at = models.DateTimeField(_("signed up at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ("created_at", "pk")
        indexes = [
            models.Index(fields=["run", "status"], name="enrolment_run_status"),
            models.Index(
                fields=["offer_expires_at"],
                condition=Q(offer_expires_at__isnull=False),
                name="enrolment_offers",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"], condition=~Q(status__in=ENDED), name="one_active_enrolment"
            ),
            models.UniqueConstraint(fields=["run", "ticket"], name="one_holder_per_ticket"),
            models.CheckConstraint(
                condition=Q(status=WAITLISTED, ticket__isnull=False) | (~Q(status=WAITLISTED) & Q(ticket__isnull=True)),
                name="ticket_only_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(status=EnrolmentStatus.OFFERED, offer_expires_at__isnull=False)
                | (~Q(status=EnrolmentStatus.OFFERED) & Q(offer_expires_at__isnull=True)),
                name="offer_ends_only_while_offered",
            ),
            models.CheckConstraint(condition=~Q(from_reserve=True, quota__isnull=False), name="one_source_of_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.run.class_no}"

    @property
    def is_active(self) -> bool:
        return self.status not in ENDED

    @property
    def holds_seat(self) -> bool:
        return self.status in HOLDS_SEAT


class EnrolmentEvent(AppendOnly):
    """One change of an enrolment. `at` is when it counted, `recorded_at` when the row was written.

    `key` is the caller's idempotency key: one actor uses a key once; the same key again gets the same answer.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=20, choices=EnrolmentStatus, blank=True)
    to_status = models.CharField(max_length=20, choices=EnrolmentStatus)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment event")
        verbose_name_plural = _("enrolment events")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["by", "key"], name="one_use_of_a_key"),
            models.CheckConstraint(condition=~Q(from_status=F("to_status")), name="event_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_status or '-'} → {self.to_status}"
