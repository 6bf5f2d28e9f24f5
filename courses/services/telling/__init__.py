"""Telling people what concerns their classes: words and letters. Called by services, inside their transactions.

    enrolments_changed(events)          what became of sign-ups: called where enrolments change their status
    offers_expiring(enrolments)         a seat that is offered will soon go to the next
    remind_of_offers(at)                the same for all offers that end within two hours; the clock calls it
    run_moved(run, before, by=)         a class was cancelled, postponed, announced again
    venue_changed(run, before, by=)     the class has another place
    sessions_changed(run, before, by=)  sessions were moved, added, taken out (`also=teachers(run)` of before)
    session_cancelled(session, by=)     one session is called off
    below_minimum(run, taken=, least=)  too few people: told to the office and the supervisor
    leave_asked(request)                somebody asks for leave: told to whoever decides
    leave_decided(request, by=)         the answer, told to who asked
    attendance_low(people, by=, at=)    little of the hours was attended: told to each person, once a day
    list_returned(nomination, by=)      a unit's list goes back to its clerk
    list_decided(nomination, by=)       how the office decided on it
    quotas_end_soon(at)                 seats of units that go to the queue within two days; the clock calls it
    registers_open(at)                  please close the register: to the trainers, in the evening; the clock calls it
    registers_left_open(at)             the same the next morning: to the office; the clock calls it
    remind(at)                          sessions of the next day; the clock calls it

Whoever did it finds it in the inbox as read. Each takes the same number of queries for one person and for many.
"""

from courses.services.telling.attendance import attendance_low
from courses.services.telling.classes import (
    below_minimum,
    run_moved,
    session_cancelled,
    sessions_changed,
    teachers,
    venue_changed,
)
from courses.services.telling.enrolments import enrolments_changed, offers_expiring, remind_of_offers
from courses.services.telling.leave import leave_asked, leave_decided
from courses.services.telling.lists import list_decided, list_returned, quotas_end_soon
from courses.services.telling.registers import registers_left_open, registers_open
from courses.services.telling.reminders import remind

__all__ = [
    "attendance_low",
    "below_minimum",
    "enrolments_changed",
    "leave_asked",
    "leave_decided",
    "list_decided",
    "list_returned",
    "offers_expiring",
    "quotas_end_soon",
    "registers_left_open",
    "registers_open",
    "remind",
    "remind_of_offers",
    "run_moved",
    "session_cancelled",
    "sessions_changed",
    "teachers",
    "venue_changed",
]
