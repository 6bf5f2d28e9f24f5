"""What a person enters about when he or she is taken."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ChangeRefused
from courses.models import BusyTime
from people.models import User

MOST = 100  # entries to come; more is a mistake or a program


@transaction.atomic
def add_busy_time(
    *, person: User, kind: str, starts_at: datetime.datetime, ends_at: datetime.datetime, note: str = ""
) -> BusyTime:
    """Note an engagement. The same twice is one. Raises ChangeRefused, ValidationError."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    row = BusyTime(person=person, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note.strip())
    mine = BusyTime.objects.filter(person=person)
    same = mine.filter(kind=kind, starts_at=starts_at, ends_at=ends_at).first()
    if same is not None:
        return same
    if mine.after(timezone.now()).count() >= MOST:
        raise ChangeRefused(_("You have entered %(count)d engagements already. Remove some first.") % {"count": MOST})
    row.full_clean()
    row.save()
    return row


def remove_busy_time(*, person: User, pk: int) -> None:
    """Remove an own engagement; one that is gone already stays gone."""
    BusyTime.objects.filter(person=person, pk=pk).delete()
