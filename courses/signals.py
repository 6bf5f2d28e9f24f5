"""Facts told upward: apps above receive them, this app never knows who listens. Sent inside the transaction."""

from django.dispatch import Signal

enrolments_changed = Signal()  # events: EnrolmentEvents, each with its enrolment
attendance_marked = Signal()  # session, records
lesson_completed = Signal()  # progress; once for each person and lesson
run_below_minimum = Signal()  # run; once, when sign-up closes
