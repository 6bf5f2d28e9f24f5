"""Sign-up in any order: Hypothesis acts, a list on paper says what must come of it; compared after each step."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from courses.enums import Way
from courses.errors import CapacityBelowSeatsTaken, EnrolmentRefused, QuotaRefused
from courses.models import CourseRun, Enrolment
from courses.services import enrolment as service
from courses.services.enrolment import Entry
from courses.services.moves import move
from courses.services.offers import accept, expire_offers
from courses.services.quotas import Share, release_due, set_quotas
from courses.services.runs import set_capacity
from people.models import User
from tests.courses.services.queue_model import CONFIRMED, OFFERED, REQUESTED, WAITLISTED, Paper
from tests.courses.services.queue_stage import PEOPLE, Stage, broken

pytestmark = pytest.mark.django_db
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "print_blob": True}
HOUR = datetime.timedelta(hours=1)
everybody = st.integers(0, PEOPLE - 1)
classes = st.sampled_from("AAB")
quotas = st.dictionaries(st.tuples(st.integers(0, 1), st.booleans()), st.integers(0, 3), max_size=3)


def somebody(*statuses):
    """Only while somebody in one of the classes stands so."""
    return precondition(lambda machine: any(paper.standing(*statuses) for paper in machine.papers.values()))


class Machine(RuleBasedStateMachine):
    stage: Stage

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.off = set()
        for user in self.stage.users:
            user.is_active = True
        self.papers = {"A": Paper(3, self.off), "B": Paper(2, self.off)}
        self.runs = {"A": self.stage.run(3, 300), "B": self.stage.run(2, 310)}

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def pick(self, data, *statuses):
        """Choose a class and somebody in it; return the paper, the person's number and the stored row."""
        standing = [(name, number) for name, paper in self.papers.items() for number in paper.standing(*statuses)]
        name, number = data.draw(st.sampled_from(standing))
        rows = Enrolment.objects.active().select_related("run", "person")
        return name, number, rows.get(run=self.runs[name], person=self.stage.users[number])

    def attempt(self, work, refusal=None):
        """Do it; return whether it was done. It must be refused exactly where a refusal is given."""
        if refusal is None:
            work()
            return True
        with pytest.raises(refusal):
            work()
        return False

    def enrol(self, name, number, by=None, **entry):
        person = self.stage.users[number]
        service.enrol(person=person, run=self.runs[name], by=by or person, entry=Entry(**entry))

    def no_account(self, name, number):
        return EnrolmentRefused if number in self.off and number not in self.papers[name].lines else None

    @rule(name=classes, number=everybody)
    def sign_up(self, name, number):
        if self.attempt(lambda: self.enrol(name, number), self.no_account(name, number)):
            self.papers[name].enrol(self.stage.people[number])

    @rule(name=classes, number=everybody)
    def nominate(self, name, number):
        work = lambda: self.enrol(name, number, by=self.stage.office, way=Way.NOMINATED)  # noqa: E731
        if self.attempt(work, self.no_account(name, number)):
            self.papers[name].ask(self.stage.people[number])

    @rule(name=classes, number=everybody)
    def give_of_the_reserve(self, name, number):
        paper = self.papers[name]
        none_left = paper.reserve <= paper.reserve_taken and number not in paper.lines
        work = lambda: self.enrol(name, number, by=self.stage.office, way=Way.DIRECT, from_reserve=True)  # noqa: E731
        if self.attempt(work, EnrolmentRefused if none_left else self.no_account(name, number)):
            paper.take_reserve(self.stage.people[number])

    @somebody(CONFIRMED, OFFERED, WAITLISTED, REQUESTED)
    @rule(data=st.data())
    def withdraw(self, data):
        name, number, row = self.pick(data, CONFIRMED, OFFERED, WAITLISTED, REQUESTED)
        service.withdraw(enrolment=row, by=row.person)
        self.papers[name].leave(number)

    @somebody(OFFERED)
    @rule(data=st.data())
    def accept(self, data):
        name, number, row = self.pick(data, OFFERED)
        accept(enrolment=row, by=row.person)
        self.papers[name].lines[number].status = CONFIRMED

    @somebody(OFFERED)
    @rule(data=st.data())
    def let_offers_end(self, data):
        at = self.pick(data, OFFERED)[2].offer_expires_at
        due = Enrolment.objects.filter(offer_expires_at__lte=at)
        ended = {name: list(due.filter(run=run).values_list("person", flat=True)) for name, run in self.runs.items()}
        assert expire_offers(at) == sum(map(len, ended.values()))
        for name, people in ended.items():
            self.papers[name].leave(*(self.stage.numbers[person] for person in people))

    @somebody(REQUESTED)
    @rule(data=st.data())
    def approve(self, data):
        name, number, row = self.pick(data, REQUESTED)
        service.approve(enrolment=row, by=self.stage.office)
        self.papers[name].take(self.stage.people[number])

    @somebody(OFFERED, WAITLISTED, REQUESTED)
    @rule(data=st.data())
    def decline(self, data):
        name, number, row = self.pick(data, OFFERED, WAITLISTED, REQUESTED)
        service.decline(enrolment=row, by=self.stage.office, reason="名额不足")
        self.papers[name].leave(number)

    @somebody(CONFIRMED, OFFERED, WAITLISTED, REQUESTED)
    @rule(data=st.data())
    def move(self, data):
        name, number, row = self.pick(data, CONFIRMED, OFFERED, WAITLISTED, REQUESTED)
        other = {"A": "B", "B": "A"}[name]
        work = lambda: move(enrolment=row, to=self.runs[other], by=self.stage.office, reason="调班")  # noqa: E731
        if self.attempt(work, self.no_account(other, number)):
            self.papers[name].leave(number)
            self.papers[other].enrol(self.stage.people[number])

    @rule(name=classes, capacity=st.integers(1, 7))
    def set_capacity(self, name, capacity):
        paper = self.papers[name]
        refusal = CapacityBelowSeatsTaken if paper.taken + paper.held > capacity else None
        work = lambda: set_capacity(run=self.runs[name], capacity=capacity, by=self.stage.office)  # noqa: E731
        if self.attempt(work, refusal):
            paper.capacity = capacity
            paper.promote()

    @rule(name=classes, shares=quotas, reserve=st.integers(0, 2))
    def set_quotas(self, name, shares, reserve):
        paper, stage = self.papers[name], self.stage
        given = [Share(stage.units[unit], n, stage.mediators if narrow else None) for (unit, narrow), n in
                 shares.items()]  # fmt: skip
        work = lambda: set_quotas(run=self.runs[name], shares=given, reserve=reserve, by=stage.office)  # noqa: E731
        if self.attempt(work, None if paper.may_set(shares, reserve) else QuotaRefused):
            paper.set_quotas(shares, reserve)

    @rule()
    def release_quotas(self):
        release_due(timezone.now() + 2 * HOUR)
        for paper in self.papers.values():
            paper.release()

    @rule(number=st.integers(PEOPLE - 2, PEOPLE - 1))
    def switch_account_off(self, number):
        User.objects.filter(pk=self.stage.users[number].pk).update(is_active=False)
        self.stage.users[number].is_active = False
        self.off.add(number)

    @invariant()
    def rows_say_what_the_paper_says(self):
        for name, paper in self.papers.items():
            run = CourseRun.objects.get(pk=self.runs[name].pk)
            assert self.stage.seen(run) == paper.seen()
            counted = (run.seats_taken, run.seats_held, run.queue_length, run.capacity, run.reserve)
            assert counted == (paper.taken, paper.held, len(paper.queue), paper.capacity, paper.reserve)
            assert not (paper.open and paper.ready)
        assert broken() == []


def act(examples, steps):
    Machine.stage = Stage()
    run_state_machine_as_test(Machine, settings=settings(max_examples=examples, stateful_step_count=steps, **QUIET))


def test_any_order_of_actions_comes_to_what_the_paper_says():
    act(examples=6, steps=20)


@pytest.mark.slow
def test_two_thousand_steps_do_too():
    act(examples=60, steps=50)
