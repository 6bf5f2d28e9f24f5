"""Codes on the screen of a room, and the pass that a good scan becomes. Pure: moments in, words out, nothing stored.

A code is an HMAC over session, phase and a time step of the server's clock, under a key derived from SECRET_KEY (or one
of SECRET_KEY_FALLBACKS). Screens and phones ask the server, so their own clocks play no part. The step now and the one
before it count; a step that is still to come can only be from this server before its clock was set back, and counts
for a minute.
"""

from __future__ import annotations

import base64
import datetime
import math
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from courses.enums import AttendanceSource, CheckInPhase
from courses.errors import CodeTooOld, CodeUnknown

STEP, DIGITS_STEP = 10, 60  # seconds: the picture, the digits
SET_BACK = 60  # seconds by which the clock of the server may be set back
PASS_LIVES = datetime.timedelta(minutes=15)
DIGITS = 6
_SALT = "courses.check-in"
_MARKS = {CheckInPhase.ARRIVE: "i", CheckInPhase.LEAVE: "o"}
_PHASES = {mark: phase for phase, mark in _MARKS.items()}


@dataclass(frozen=True)
class Scan:
    """A code that was good at the moment `at` of the server's clock."""

    session: int
    phase: CheckInPhase
    at: datetime.datetime


@dataclass(frozen=True)
class Pass(Scan):
    """A scan on its way through the sign-in. `key` becomes the client id of the mark: one pass counts once."""

    key: str
    source: AttendanceSource


# The picture


def token(session: int, phase: CheckInPhase, at: datetime.datetime) -> str:
    """What the picture says now: `<session>.<phase>.<step>.<code>`, in letters that an address may have."""
    step = _step(at, STEP)
    head = f"{int_to_base36(session)}.{_MARKS[phase]}.{int_to_base36(step)}"
    return f"{head}.{_code(_keys()[0], session, phase, step)}"


def read_token(text: str, at: datetime.datetime) -> Scan:
    """Return the scan. Raises CodeUnknown for a code that this server never made, CodeTooOld for one gone by."""
    session, phase, step, code = _parts(text)
    if not any(constant_time_compare(code, _code(key, session, phase, step)) for key in _keys()):
        raise CodeUnknown
    now = _step(at, STEP)
    if step < now - 1 or step > now + SET_BACK // STEP:
        raise CodeTooOld
    return Scan(session, phase, at)


def session_of(text: str) -> int:
    """The session that the picture was of; only after `read_token` has said that it is too old, and so ours."""
    return _parts(text)[0]


def _parts(text: str) -> tuple[int, CheckInPhase, int, str]:
    try:
        session, mark, step, code = text.split(".")
        return base36_to_int(session), _PHASES[mark], base36_to_int(step), code
    except (ValueError, KeyError):
        raise CodeUnknown from None


def seconds_left(at: datetime.datetime) -> float:
    """Seconds until the picture changes."""
    return STEP - at.timestamp() % STEP


# The digits


def digits(session: int, phase: CheckInPhase, at: datetime.datetime) -> str:
    """The short code of that minute, six digits."""
    return _digits(_keys()[0], session, phase, _step(at, DIGITS_STEP))


def phase_of_digits(session: int, typed: str, at: datetime.datetime) -> CheckInPhase | None:
    """What the digits are good for in that session; None if for nothing."""
    return next((phase for phase in CheckInPhase if are_digits_of(session, phase, typed, at)), None)


def are_digits_of(session: int, phase: CheckInPhase, typed: str, at: datetime.datetime) -> bool:
    """True if this was typed from the screen of that session in this minute or the one before."""
    now = _step(at, DIGITS_STEP)
    good = [_digits(key, session, phase, step) for key in _keys() for step in (now, now - 1, now + 1)]
    return any([constant_time_compare(typed, one) for one in good])  # noqa: C419 - all are compared, always


# The pass


def make_pass(scan: Scan, device: str) -> str:
    """Sign the scan, with the phone that made it and a word of its own, to be carried through the sign-in."""
    key = f"{scan.phase}-{device}.{secrets.token_urlsafe(9)}"
    return _signer().sign_object([scan.session, str(scan.phase), scan.at.timestamp(), key])


def read_pass(text: str, at: datetime.datetime) -> Pass:
    """Return the pass. Raises CodeUnknown if it is not of this server, CodeTooOld after `PASS_LIVES`."""
    try:
        session, phase, moment, key = _signer().unsign_object(text)
    except signing.BadSignature:
        raise CodeUnknown from None
    scanned = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    if at - scanned > PASS_LIVES:
        raise CodeTooOld
    return Pass(session, CheckInPhase(phase), scanned, key, AttendanceSource.SELF_QR)


def session_of_pass(text: str) -> int:
    """The session of a pass; only after `read_pass` has said that it is too old, and so ours."""
    return int(_signer().unsign_object(text)[0])


def digits_key(phase: CheckInPhase, tries: int) -> str:
    """The client id of a mark made with the short code; says how many wrong ones were typed before it."""
    return f"{phase}-code{tries}.{secrets.token_urlsafe(9)}"


def new_device() -> str:
    return secrets.token_urlsafe(12)


def _signer() -> signing.Signer:
    return signing.Signer(salt=f"{_SALT}.pass")


def _keys() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _step(at: datetime.datetime, seconds: int) -> int:
    return math.floor(at.timestamp() / seconds)


def _mac(key: str | bytes, kind: str, session: int, phase: CheckInPhase, step: int) -> bytes:
    return salted_hmac(f"{_SALT}.{kind}", f"{session}.{phase}.{step}", secret=key, algorithm="sha256").digest()


def _code(key: str | bytes, session: int, phase: CheckInPhase, step: int) -> str:
    return base64.urlsafe_b64encode(_mac(key, "picture", session, phase, step)[:12]).decode()


def _digits(key: str | bytes, session: int, phase: CheckInPhase, step: int) -> str:
    number = int.from_bytes(_mac(key, "digits", session, phase, step)[:8])
    return str(number % 10**DIGITS).zfill(DIGITS)
