"""Sign-up as a list on paper: what the services must come to, in the plainest way that says it."""

from dataclasses import dataclass, field

CONFIRMED, OFFERED, WAITLISTED, REQUESTED = "confirmed", "offered", "waitlisted", "requested"
RESERVE = "reserve"
QuotaKey = tuple[int, bool]  # number of the unit; whether it is for mediators alone
Source = QuotaKey | str | None  # where a seat comes from: a quota, the reserve, or the open seats


@dataclass(frozen=True)
class Person:
    """Mediators wait before the others; the unit and the profession decide which quotas fit."""

    number: int
    unit: int
    is_mediator: bool

    @property
    def rank(self) -> int:
        return 0 if self.is_mediator else 1

    @property
    def quotas(self) -> list[QuotaKey]:
        return [(self.unit, True), (self.unit, False)] if self.is_mediator else [(self.unit, False)]


@dataclass
class Quota:
    seats: int
    taken: int = 0
    released: int = 0

    @property
    def unused(self) -> int:
        return self.seats - self.taken - self.released


@dataclass
class Line:
    """One person on the list."""

    person: Person
    status: str
    source: Source = None
    ticket: int = 0


@dataclass
class Paper:
    """One class. `off` holds the numbers of people whose account is switched off."""

    capacity: int
    off: set[int]
    reserve: int = 0
    is_released: bool = False
    quotas: dict[QuotaKey, Quota] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    tickets: int = 0

    @property
    def taken(self) -> int:
        return sum(line.status in (CONFIRMED, OFFERED) for line in self.lines.values())

    @property
    def reserve_taken(self) -> int:
        return sum(line.source == RESERVE for line in self.lines.values())

    @property
    def held(self) -> int:
        return sum(quota.unused for quota in self.quotas.values()) + max(0, self.reserve - self.reserve_taken)

    @property
    def open(self) -> int:
        return max(0, self.capacity - self.taken - self.held)

    @property
    def queue(self) -> list[Line]:
        waiting = [line for line in self.lines.values() if line.status == WAITLISTED]
        return sorted(waiting, key=lambda line: (line.person.rank, line.ticket))

    @property
    def ready(self) -> list[Line]:
        return [line for line in self.queue if line.person.number not in self.off]

    def standing(self, *statuses: str) -> list[int]:
        return sorted(number for number, line in self.lines.items() if line.status in statuses)

    def ask(self, person: Person) -> None:
        self.lines.setdefault(person.number, Line(person, REQUESTED))

    def enrol(self, person: Person) -> None:
        if person.number not in self.lines:
            self.take(person)

    def take(self, person: Person) -> None:
        """A seat of an own quota, else an open one that nobody waits for, else the end of the queue."""
        source = self._quota_for(person)
        if source is not None:
            self.quotas[source].taken += 1
            self.lines[person.number] = Line(person, CONFIRMED, source)
        elif self.open and not self.ready:
            self.lines[person.number] = Line(person, CONFIRMED)
        else:
            self.tickets += 1
            self.lines[person.number] = Line(person, WAITLISTED, ticket=self.tickets)

    def take_reserve(self, person: Person) -> None:
        self.lines.setdefault(person.number, Line(person, CONFIRMED, RESERVE))

    def _quota_for(self, person: Person) -> QuotaKey | None:
        return next((key for key in person.quotas if key in self.quotas and self.quotas[key].unused > 0), None)

    def leave(self, *numbers: int) -> None:
        """These people leave; freed seats go back to where they came from, then on to the queue."""
        gone = [self.lines.pop(number) for number in numbers]
        for line in gone:
            if isinstance(line.source, tuple):
                quota = self.quotas[line.source]
                quota.taken -= 1
                quota.released += self.is_released
        if any(line.status in (CONFIRMED, OFFERED) for line in gone):
            self.promote()

    def promote(self) -> None:
        """Seats of quotas to those in the queue whom they fit, then the open ones from the head of the queue."""
        for line in self.ready:
            source = self._quota_for(line.person)
            if source is not None:
                self.quotas[source].taken += 1
                line.status, line.source = OFFERED, source
        for line in self.ready[: self.open]:
            line.status = OFFERED

    def may_set(self, shares: dict[QuotaKey, int], reserve: int) -> bool:
        """Whether quotas and reserve fit: into the class, around what is taken from them, beside who has a seat."""
        if sum(shares.values()) + reserve > self.capacity or reserve < self.reserve_taken:
            return False
        if any(shares.get(key, 0) < quota.taken for key, quota in self.quotas.items()):
            return False
        kept = sum(quota.unused for quota in self._with(shares).values()) + reserve - self.reserve_taken
        return self.taken + kept <= self.capacity

    def set_quotas(self, shares: dict[QuotaKey, int], reserve: int) -> None:
        self.quotas, self.reserve = self._with(shares), reserve
        self.promote()

    def _with(self, shares: dict[QuotaKey, int]) -> dict[QuotaKey, Quota]:
        now = {key: self.quotas.get(key, Quota(0)) for key in shares}
        return {
            key: Quota(seats, now[key].taken, min(now[key].released, seats - now[key].taken))
            for key, seats in shares.items()
        }

    def release(self) -> None:
        if not self.is_released:
            self.is_released = True
            for quota in self.quotas.values():
                quota.released = quota.seats - quota.taken
            self.promote()

    def seen(self) -> dict[int, tuple[str, Source, int | None]]:
        """Number of the person: status, source of the seat, place in the queue."""
        places = {line.person.number: place for place, line in enumerate(self.queue, 1)}
        return {number: (line.status, line.source, places.get(number)) for number, line in self.lines.items()}
