"""What both drills of the queue share: people, two classes of one course, and what must be true when all is quiet."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from core.invariants import faults
from courses.enums import ENROLMENT_TRANSITIONS
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from people.models import User
from tests.courses.services.queue_model import RESERVE, Person, Source
from tests.factories import CoursePageFactory, CourseRunFactory, ProfessionFactory, UnitFactory, UserFactory

DAY = datetime.timedelta(days=1)
UNITS, PEOPLE = 3, 9


class Stage:
    """Rows that every example finds: three units with three people each, the first of each a mediator."""

    def __init__(self) -> None:
        self.mediators, self.units = ProfessionFactory(), UnitFactory.create_batch(UNITS)
        self.office, self.course = UserFactory(superuser=True), CoursePageFactory()
        self.people = [Person(number, number % UNITS, number < UNITS) for number in range(PEOPLE)]
        self.users = [self._user(person) for person in self.people]
        self.numbers = {user.pk: number for number, user in enumerate(self.users)}

    def _user(self, person: Person) -> User:
        professions = [self.mediators] if person.is_mediator else []
        return UserFactory(unit=self.units[person.unit], professions=professions)

    def run(self, capacity: int, days: int) -> CourseRun:
        """A class far away, so that no offer meets its beginning; two of them on different days do not clash."""
        now = timezone.now()
        run = CourseRunFactory(
            course=self.course, capacity=capacity, starts_at=now + days * DAY, quota_until=now + DAY / 24
        )
        run.first_professions.add(self.mediators)
        return run

    def seen(self, run: CourseRun) -> dict[int, tuple[str, Source, int | None]]:
        """As `Paper.seen`, from the rows. Fails if somebody is there twice."""
        rows = Enrolment.objects.active().filter(run=run).with_place().select_related("quota")
        found = {self.numbers[row.person_id]: (str(row.status), self._source(row), row.place) for row in rows}
        assert len(found) == len(rows)
        return found

    def _source(self, row: Enrolment) -> Source:
        if row.quota is None:
            return RESERVE if row.from_reserve else None
        unit = next(number for number, unit in enumerate(self.units) if unit.pk == row.quota.unit_id)
        return (unit, row.quota.profession_id is not None)


def broken() -> list[str]:
    """What is wrong when all is quiet: with the rules of courses, or with the story that the events tell."""
    rules = [f"{name}: {sentence}" for name, sentence in faults() if name.startswith("courses.")]
    return rules + list(_untold())


@dataclass
class _Story:
    status: str = ""
    is_sound: bool = True

    def follow(self, event: EnrolmentEvent) -> None:
        known = event.from_status == self.status
        allowed = event.to_status in ENROLMENT_TRANSITIONS.get(event.from_status, frozenset()) or not event.from_status
        self.is_sound, self.status = self.is_sound and known and allowed, event.to_status


def _untold() -> list[str]:
    """Play the events again from the beginning: each must follow the one before and end where the row stands."""
    stories: dict[int, _Story] = defaultdict(_Story)
    for event in EnrolmentEvent.objects.order_by("pk"):
        stories[event.enrolment_id].follow(event)
    return [
        f"enrolment {row.pk} is {row.status}, its events say {stories[row.pk].status}"
        for row in Enrolment.objects.all()
        if not stories[row.pk].is_sound or stories[row.pk].status != row.status
    ]
