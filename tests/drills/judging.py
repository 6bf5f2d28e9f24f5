"""What must be true after a rush, from the people's own clocks and from the rows. One sentence for each fault."""

from collections import Counter
from collections.abc import Iterator

from core.invariants import faults as broken_rules
from courses.enums import EnrolmentStatus
from courses.models import CourseRun, Enrolment, EnrolmentEvent
from tests.drills.learners import Press

MOST_SHOWN = 5


def faults(run: CourseRun, presses: list[Press], people: int) -> list[str]:
    order = order_of(run)
    return [
        *_answers(run, presses, people),
        *_rows(run, presses),
        *_sharing_out(run, people),
        *_order(run, order),
        *[f"inversion: {one}" for one in inversions(presses, order)[0][:MOST_SHOWN]],
        *[f"{name}: {sentence}" for name, sentence in broken_rules()][:MOST_SHOWN],
    ]


def _answers(run: CourseRun, presses: list[Press], people: int) -> Iterator[str]:
    """Everybody is answered, and sent back to the page of the class."""
    answers = Counter(press.answer.status if press.answer else 0 for press in presses)
    if answers != {302: people}:
        yield f"answers (0: none) {dict(answers)}, expected {people} times 302"
    elsewhere = {press.answer.location for press in presses if press.answer} - {f"/runs/{run.pk}/"}
    if elsewhere:
        yield f"people were sent to {sorted(elsewhere)[:MOST_SHOWN]}"


def _rows(run: CourseRun, presses: list[Press]) -> Iterator[str]:
    """Every answer is one row with one event that carries the person's key; nothing else is there."""
    acknowledged = {press.person: press.key for press in presses if press.answer and press.answer.status == 302}
    rows = Counter(Enrolment.objects.filter(run=run).values_list("person", flat=True))
    events = EnrolmentEvent.objects.filter(enrolment__run=run)
    stored = Counter(events.values_list("enrolment__person", "key"))
    if rows != Counter(acknowledged.keys()):
        yield f"{sum(rows.values())} enrolments of {len(rows)} people, {len(acknowledged)} were told that they have one"
    if stored != Counter(acknowledged.items()):
        yield f"{sum(stored.values())} events with {len(stored)} keys for {len(acknowledged)} answers"


def _sharing_out(run: CourseRun, people: int) -> Iterator[str]:
    run.refresh_from_db()
    rows = Enrolment.objects.filter(run=run)
    seats, expected = rows.filter(status=EnrolmentStatus.CONFIRMED).count(), min(run.capacity, people)
    places = [row.place for row in rows.waiting().with_place()]
    if (seats, run.seats_taken) != (expected, expected):
        yield f"{seats} seats given, {run.seats_taken} counted, expected {expected}"
    if places != list(range(1, people - expected + 1)) or run.queue_length != len(places):
        yield f"places {places[:MOST_SHOWN]}… of {len(places)}, {run.queue_length} counted: a gap or a tie"


def order_of(run: CourseRun) -> dict[int, int]:
    """Who came when, by what was given: seats in the order of their events, then the queue. Person: position."""
    rows = Enrolment.objects.filter(run=run).order_by("ticket", "events__pk").values_list("person", "ticket")
    seats, queue = [p for p, ticket in rows if ticket is None], [p for p, ticket in rows if ticket is not None]
    return {person: position for position, person in enumerate([*seats, *queue], 1)}


def _order(run: CourseRun, order: dict[int, int]) -> Iterator[str]:
    told = EnrolmentEvent.objects.filter(enrolment__run=run).order_by("pk").values_list("enrolment__person", flat=True)
    if list(told) != list(order):
        yield "the events are not in the order of the places"


def inversions(presses: list[Press], order: dict[int, int]) -> tuple[list[str], int]:
    """Pairs in which one had the answer before the other asked and yet stands behind; and how many pairs there are."""
    asked = sorted((press for press in presses if press.person in order), key=lambda press: press.sent)
    wrong, pairs = [], 0
    for first in asked:
        later = [press for press in asked if press.sent > first.received]
        pairs += len(later)
        wrong += [f"{first.person} before {press.person}" for press in later
                  if order[press.person] < order[first.person]]  # fmt: skip
    return wrong, pairs


def replayed(run: CourseRun, presses: list[Press]) -> int:
    """How many were stored before their last try: the first answer had been lost, the key brought it back."""
    events = EnrolmentEvent.objects.filter(enrolment__run=run).values_list("key", "recorded_at")
    stored = {key: moment.timestamp() for key, moment in events}
    return sum(stored.get(press.key, press.tried_at) < press.tried_at for press in presses)
