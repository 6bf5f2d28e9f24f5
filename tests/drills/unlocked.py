"""The site without the lock before a seat is taken: what the drill must find fault with, or it proves nothing."""

from contextlib import nullcontext

from django.db import connection, connections

from cms.wsgi import application  # noqa: F401 - gunicorn looks it up here; Django is set up from here on
from core.db import turns
from courses.services import seats
from tests.courses.services.test_race import plain_begin, unlocked, unlocked_take

seats.lock, seats.take = unlocked, unlocked_take
if connection.vendor == "sqlite":  # there the lock is the IMMEDIATE transaction
    type(connections["default"])._start_transaction_under_autocommit = plain_begin
    turns._turn = nullcontext()
